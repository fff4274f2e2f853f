import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { funnelToRecord, readFunnels } from '../../../src/config/files/funnels.ts';

const PAGE = { type: 'pageview', url: 'https://x.example/a/', title: 'A' };
const FUNNEL = { name: 'Checkout', probability: 0.2, steps: [PAGE] };

function messagesOf(...funnels: unknown[]): string[] {
  return readFunnels(funnels, 'f.json').problems.map(({ message, hint }) =>
    `${message} ${hint ?? ''}`.trim(),
  );
}

function stepsOf(...steps: unknown[]) {
  const { funnels, problems } = readFunnels([{ ...FUNNEL, steps: [PAGE, ...steps] }], 'f.json');
  expect(problems).toEqual([]);
  return funnels[0]?.steps.slice(1);
}

const COMMON = { delaySecondsMin: 0, delaySecondsMax: 0, continueProbability: 1 };

it('tells of an address without a page before it once, and not of those after it', () => {
  const steps = ['/support', 'ok', '/thanks'].map((url) => ({ ...PAGE, url }));
  expect(messagesOf({ ...FUNNEL, steps })).toEqual([
    'f.json: funnel "Checkout", step 1, url must be a whole http(s) URL, because no page comes before it, but is "/support".',
  ]);
  const [wrong] = messagesOf({ ...FUNNEL, steps: [PAGE, { ...PAGE, url: 'http://[' }] });
  expect(wrong).toContain('step 2, url must be an http(s) URL, or relative to the previous page, but is');
});

describe('a percentage where a share is wanted', () => {
  it('is told as the share that it is', () => {
    const message = 'f.json: funnel "Checkout", probability must be at most 1, but is 60.';
    expect(messagesOf({ ...FUNNEL, probability: 60 })).toEqual([`${message} It is a share: 60 % is 0.6.`]);
    const [step] = messagesOf({ ...FUNNEL, steps: [{ ...PAGE, continue_probability: 7 }] });
    expect(step).toContain('7 % is 0.07.');
    expect(messagesOf({ ...FUNNEL, probability: 600 })[0]).not.toContain('%');
  });
});

describe('readFunnels', () => {
  it('fills in what a funnel leaves out', () => {
    expect(readFunnels([FUNNEL], 'f.json').funnels).toEqual([
      {
        name: 'Checkout',
        description: '',
        probability: 0.2,
        priority: 0,
        enabled: true,
        exitAfterCompletion: true,
        steps: [{ ...COMMON, type: 'pageview', url: PAGE.url, title: 'A' }],
      },
    ]);
  });

  it('takes null and empty text for left out, as flat records have them', () => {
    const flat = {
      ...PAGE,
      action_name: '',
      event_category: null,
      search_keyword: '',
      ecommerce_items: null,
      target_url: null,
    };
    expect(stepsOf(flat)).toEqual([{ ...COMMON, type: 'pageview', url: PAGE.url, title: 'A' }]);
  });

  it('reads every type of step', () => {
    const items = [['S1', 'Shirt', 'Clothes', 19.5, 2]];
    const read = [{ sku: 'S1', name: 'Shirt', category: 'Clothes', price: 19.5, quantity: 2 }];
    const event = { event_category: 'Form', event_action: 'Send', event_name: 'Contact', event_value: 0 };
    expect(
      stepsOf(
        { type: 'event', ...event, delay_seconds_min: 1, delay_seconds_max: 4, continue_probability: 0.5 },
        { type: 'site_search', search_keyword: 'shoe', search_category: 'All', search_results: 0 },
        { type: 'outlink', target_url: 'https://other.example/' },
        { type: 'download', target_url: 'files/price-list.pdf' },
        { type: 'ecommerce', ecommerce_items: items, ecommerce_revenue: 39 },
        { type: 'ecommerce', ecommerce_items: JSON.stringify(items), ecommerce_currency: 'EUR' },
        { type: 'ecommerce', ecommerce_items: 3 },
      ),
    ).toEqual([
      {
        type: 'event',
        event: { category: 'Form', action: 'Send', name: 'Contact', value: 0 },
        delaySecondsMin: 1,
        delaySecondsMax: 4,
        continueProbability: 0.5,
      },
      { ...COMMON, type: 'site_search', keyword: 'shoe', category: 'All', results: 0 },
      { ...COMMON, type: 'outlink', targetUrl: 'https://other.example/' },
      { ...COMMON, type: 'download', targetUrl: 'https://x.example/a/files/price-list.pdf' },
      { ...COMMON, type: 'ecommerce', items: read, revenue: 39 },
      { ...COMMON, type: 'ecommerce', items: read, currency: 'EUR' },
      { ...COMMON, type: 'ecommerce', itemCount: 3 },
    ]);
  });

  it('resolves a relative page against the page before', () => {
    expect(
      stepsOf({ type: 'pageview', url: '../b' }, { type: 'download', target_url: 'c.pdf' }),
    ).toMatchObject([{ url: 'https://x.example/b' }, { targetUrl: 'https://x.example/c.pdf' }]);
  });

  it('takes a lone delay for a fixed one', () => {
    expect(stepsOf({ ...PAGE, delay_seconds_min: 7 })).toMatchObject([
      { delaySecondsMin: 7, delaySecondsMax: 7 },
    ]);
  });

  it('tells all problems together, each with funnel and step', () => {
    const messages = messagesOf(
      {
        ...FUNNEL,
        probability: 2,
        steps: [PAGE, { type: 'event', event_category: 'c', event_nmae: 'x' }, { type: 'jump' }],
      },
      { probability: 0.1, prioritty: 3, steps: [{ type: 'site_search' }] },
    );
    expect(messages).toEqual([
      'f.json: funnel "Checkout", probability must be at most 1, but is 2. It is a share: 2 % is 0.02.',
      'f.json: funnel "Checkout", step 2 has the type event and needs event_action, which is missing.',
      'f.json: funnel "Checkout", step 2 has the type event and needs event_name, which is missing.',
      'f.json: funnel "Checkout", step 2 has the unknown key event_nmae. Did you mean event_name?',
      'f.json: funnel "Checkout", step 3, type must be one of pageview, event, site_search, outlink, download, ecommerce, but is "jump".',
      'f.json: funnel 2, name must be a text, but is missing.',
      'f.json: funnel 2 has the unknown key prioritty. Did you mean priority?',
      'f.json: funnel 2, step 1 has the type site_search and needs search_keyword, which is missing.',
      'f.json: funnel 2, step 1 must be a pageview, because every visit starts with one, but its type is site_search.',
    ]);
  });

  it.each([
    [{ ...PAGE, url: '/relative' }, 'url must be a whole http(s) URL'],
    [{ ...PAGE, delay_seconds_min: 5, delay_seconds_max: 2 }, 'must not be above'],
    [{ ...PAGE, delay_seconds_max: 3601 }, 'at most 3600'],
    [{ ...PAGE, url: ' ' }, 'needs url'],
    ['pageview', 'must be a mapping'],
  ])('refuses the first step %j', (step, words) => {
    expect(messagesOf({ ...FUNNEL, steps: [step] })).toEqual([expect.stringContaining(words)]);
  });

  it('lets a disabled one be unfinished, and writes it as it was', () => {
    const { steps: _, ...rest } = FUNNEL;
    for (const funnel of [rest, { ...FUNNEL, steps: [] }, { ...FUNNEL, steps: null }]) {
      const { funnels, problems } = readFunnels([{ ...funnel, enabled: false }], 'f.json');
      expect(problems).toEqual([]);
      expect(funnels.map(funnelToRecord)).toMatchObject([{ enabled: false, steps: [] }]);
      expect(messagesOf({ ...funnel, enabled: true })).toHaveLength(1);
    }
  });

  it.each([
    [0, 'must be at least 1, but is 0'],
    [2.5, 'must be a whole number, but is 2.5'],
    [1001, 'must be at most 1000, but is 1001'],
  ])('takes no %d items', (items, words) => {
    const step = { type: 'ecommerce', ecommerce_items: items };
    expect(messagesOf({ ...FUNNEL, steps: [PAGE, step] })).toEqual([expect.stringContaining(words)]);
  });

  it('tells a text that YAML takes for a number to be put in quotes', () => {
    const { problems } = readFunnels([{ ...FUNNEL, steps: [{ ...PAGE, title: 12 }] }], 'f.yaml');
    expect(problems).toMatchObject([{ hint: 'To use it as text, put it in quotes.' }]);
  });

  it.each([
    [{ ...FUNNEL, steps: [] }, 'at least 1 entry'],
    [{ ...FUNNEL, name: 'x'.repeat(101) }, 'at most 100 characters'],
    [{ ...FUNNEL, priority: -1 }, 'at least 0'],
    [
      { ...FUNNEL, steps: [PAGE, { type: 'outlink', target_url: 'mailto:me@x.example' }] },
      'step 2, target_url',
    ],
    [
      { ...FUNNEL, steps: [PAGE, { type: 'ecommerce', ecommerce_items: 'no list' }] },
      'ecommerce_items must be a list, but is "no list"',
    ],
    [
      { ...FUNNEL, steps: [PAGE, { type: 'ecommerce', ecommerce_items: '[["S","n","c","x",1]]' }] },
      'ecommerce_items, entry 1, entry 4 must be a number, but is "x"',
    ],
    [{ ...FUNNEL, steps: [PAGE, { type: 'ecommerce', ecommerce_currency: 'euro' }] }, 'three capital'],
  ])('refuses %j', (funnel, words) => {
    expect(messagesOf(funnel)).toEqual([expect.stringContaining(words)]);
  });

  it('refuses what is no list', () => {
    expect(readFunnels({}, 'f.json').problems).toHaveLength(1);
  });
});

describe('funnelToRecord', () => {
  const words = fc.stringMatching(/^[a-z]{1,9}( [a-z]{1,9})?$/);
  const probability = fc.double({ min: 0, max: 1, noNaN: true });
  const amount = fc.double({ min: 0, max: 1000, noNaN: true });
  const url = words.map((text) => `https://x.example/${encodeURIComponent(text)}`);
  const delays = {
    delay_seconds_min: fc.integer({ min: 0, max: 9 }),
    delay_seconds_max: fc.integer({ min: 9, max: 3600 }),
  };
  const optional = {
    title: fc.option(words),
    action_name: fc.option(words),
    continue_probability: probability,
    ...delays,
  };
  const page = fc.record({ type: fc.constant('pageview'), url, ...optional });
  const others = fc.oneof(
    page,
    fc.record({
      type: fc.constant('event'),
      event_category: words,
      event_action: words,
      event_name: words,
      event_value: fc.option(amount),
      url: fc.option(url),
      ...optional,
    }),
    fc.record({
      type: fc.constant('site_search'),
      search_keyword: words,
      search_results: fc.option(fc.nat(99)),
      ...optional,
    }),
    fc.record({ type: fc.constantFrom('outlink', 'download'), target_url: url, ...optional }),
    fc.record({
      type: fc.constant('ecommerce'),
      ecommerce_revenue: fc.option(amount),
      ecommerce_items: fc.option(
        fc.oneof(
          fc.integer({ min: 1, max: 50 }),
          fc.array(fc.tuple(words, words, words, amount, fc.integer({ min: 1, max: 9 }))),
        ),
      ),
      ...optional,
    }),
  );
  const record = fc.record({
    name: words,
    description: fc.option(words),
    probability,
    priority: fc.option(fc.nat(9)),
    enabled: fc.option(fc.boolean()),
    exit_after_completion: fc.option(fc.boolean()),
    steps: fc.tuple(page, fc.array(others)).map(([first, more]) => [first, ...more]),
  });

  it('gives the same funnel when read again', () => {
    fc.assert(
      fc.property(record, (raw) => {
        const { funnels, problems } = readFunnels([raw], 'f.json');
        expect(problems).toEqual([]);
        const again = readFunnels(JSON.parse(JSON.stringify(funnels.map(funnelToRecord))), 'f.json');
        expect(again).toEqual({ funnels, problems: [] });
      }),
    );
  });
});
