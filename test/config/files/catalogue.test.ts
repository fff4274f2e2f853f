import { describe, expect, it } from 'vitest';
import { loadCatalogue, parseCatalogue } from '../../../src/config/files/catalogue.ts';
import { SettingsError } from '../../../src/errors.ts';
import { createFakeHost } from '../../doubles/fake-host.ts';

const PRODUCT = { sku: 'S-1', name: 'Lamp', category: 'Light', price: 9.5 };
const FLAT = Array.from({ length: 12 }, () => 1);
const HOURS = [...FLAT, ...FLAT];
const RHYTHM = { weekdays: FLAT.slice(0, 7), months: FLAT, hours: { workday: HOURS, weekend: HOURS } };

function parse(document: object) {
  return parseCatalogue(JSON.stringify(document), 'c.json');
}

function messagesOf(document: object): string[] {
  try {
    parse(document);
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.problems.map(({ message, hint }) => `${message} ${hint ?? ''}`.trim());
    }
    throw error;
  }
  return [];
}

describe('parseCatalogue', () => {
  it('reads every part, and fills in weights and numbers of results', () => {
    const campaign = { name: 'Autumn', source: 'letter', medium: 'email', content: 'top' };
    const banner = { name: 'Sale', piece: 'Red', target: '/sale' };
    expect(
      parse({
        products: [PRODUCT],
        search_terms: [{ keyword: 'lamp', category: 'Light' }],
        outlinks: ['https://other.example/'],
        downloads: ['/files/list.pdf', 'https://cdn.example/app.zip'],
        banners: [banner],
        campaigns: [campaign],
      }),
    ).toEqual({
      products: [PRODUCT],
      searchTerms: [{ keyword: 'lamp', category: 'Light', results: [1, 40], weight: 1 }],
      outlinks: ['https://other.example/'],
      downloads: ['/files/list.pdf', 'https://cdn.example/app.zip'],
      banners: [banner],
      campaigns: [{ ...campaign, weight: 1 }],
    });
  });

  it('has only the parts that the file has', () => {
    expect(parse({ outlinks: ['https://other.example/'] })).toEqual({ outlinks: ['https://other.example/'] });
    expect(parse({})).toEqual({});
  });

  it('reads the world of a trade, and fills in what most trades share', () => {
    const page = { url: 'https://search.example/' };
    const checkout = [
      { path: '/cart', title: 'Cart' },
      { path: '/thanks', title: 'Thanks' },
    ];
    const world = {
      checkout,
      referrers: { search: [page], social: [{ ...page, weight: 3, countries: ['se'] }] },
      channels: { search: 5, campaign: 1 },
      rhythm: { ...RHYTHM, holidays: [{ day: 'easter', factor: 0.5 }] },
    };
    expect(parse(world)).toEqual({
      checkout,
      referrers: { search: [{ ...page, weight: 1 }], social: [{ ...page, weight: 3, countries: ['se'] }] },
      channels: { search: 5, social: 0, website: 0, campaign: 1, assistant: 0 },
      rhythm: {
        ...RHYTHM,
        holidays: [{ day: 'easter', offset: 0, days: 1, factor: 0.5 }],
        spread: 0.09,
        surges: 5,
        fresh: 0,
      },
    });
  });

  it.each([
    { rhythm: { ...RHYTHM, weekdays: [1, 1, 1] } },
    { rhythm: { ...RHYTHM, months: FLAT.slice(0, 11) } },
    { rhythm: { ...RHYTHM, hours: { workday: HOURS, weekend: FLAT } } },
    { rhythm: { ...RHYTHM, holidays: [{ day: '13-01', factor: 1 }] } },
    { rhythm: { ...RHYTHM, spread: 2 } },
    { channels: { search: 0 } },
    { checkout: [{ path: '/cart', title: 'Cart' }] },
    {
      checkout: [
        { path: 'cart', title: 'Cart' },
        { path: '/thanks', title: 'Thanks' },
      ],
    },
    { referrers: { search: [] } },
    { referrers: { social: [{ url: 'here' }] } },
    { referrers: { websites: [{ url: 'https://a.example/', countries: ['Sweden'] }] } },
    { campaigns: [{ name: 'a', source: 'b', medium: 'c', months: [13] }] },
  ])('takes no world without its parts: %j', (document) => {
    expect(messagesOf(document)).toHaveLength(1);
  });

  it.each([
    [{ product: [] }, 'c.json has the unknown key product. Did you mean products?'],
    [
      { products: [{ ...PRODUCT, prize: 1 }] },
      'c.json, products, entry 1 has the unknown key prize. Did you mean price?',
    ],
    [{ products: [] }, 'c.json, products must be a list of at least 1 entry, but is [].'],
    [
      { products: [{ ...PRODUCT, price: 0 }] },
      'c.json, products, entry 1, price must be at least 0.01, but is 0.',
    ],
    [
      { products: [PRODUCT, { ...PRODUCT, name: 'Torch' }] },
      'c.json: product SKUs must be unique, but "S-1" is used more than once.',
    ],
    [
      { search_terms: [{ keyword: 'a', category: 'b', results: [9, 2] }] },
      'c.json, search_terms, entry 1, results must be the minimum and the maximum number of results, in this order, but is [9,2].',
    ],
    [{ outlinks: ['/here'] }, 'c.json, outlinks, entry 1 must be an http(s) URL, but is "/here".'],
    [
      { downloads: ['list.pdf'] },
      'c.json, downloads, entry 1 must be an http(s) URL or a path such as /files/list.pdf, but is "list.pdf".',
    ],
  ])('refuses %j', (document, message) => {
    expect(messagesOf(document)).toEqual([message]);
  });
});

describe('CATALOGUE_FILE', () => {
  it('is a YAML or JSON file, and nothing where it is not set', () => {
    const files = { '/work/c.yaml': 'outlinks:\n  - https://a.example/\n' };
    const host = createFakeHost({ files });
    expect(loadCatalogue(host, 'c.yaml')).toEqual({ outlinks: ['https://a.example/'] });
    expect(loadCatalogue(host, undefined)).toEqual({});
    expect(() => loadCatalogue(host, 'gone.yaml')).toThrow(/CATALOGUE_FILE .* gone.yaml does not exist/);
  });

  it('must hold a mapping', () => {
    const host = createFakeHost({ files: { '/work/c.yaml': '# nothing\n' } });
    expect(() => loadCatalogue(host, 'c.yaml')).toThrow(/c.yaml must be a mapping, but is null/);
  });
});
