import { describe, expect, it } from 'vitest';
import { loadJourneys, withoutUnwanted } from '../../../src/config/files/journeys.ts';
import { SettingsError } from '../../../src/errors.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';

const PERSONA = { name: 'buyer', share: 2, entry: { home: 1 }, navigation: { down: 2, up: 1 } };

function funnel(name: string) {
  return { name, probability: 0.1, steps: [{ type: 'pageview', url: 'https://x.example/' }] };
}

const BUILT_IN = {
  '/package/funnels/all.json': JSON.stringify({
    funnels: [funnel('Built in')],
    personas: [{ ...PERSONA, name: 'casual' }],
  }),
};

function namesOf(files: Record<string, string>, path: string | undefined) {
  const { funnels, personas } = loadJourneys(createFakeHost({ files: { ...BUILT_IN, ...files } }), path);
  return { funnels: funnels.map(({ name }) => name), personas: personas.map(({ name }) => name) };
}

function messagesOf(files: Record<string, string>, path: string): string[] {
  try {
    namesOf(files, path);
  } catch (error) {
    if (error instanceof SettingsError)
      return error.problems.map(({ message, hint }) => `${message} ${hint ?? ''}`.trim());
    throw error;
  }
  return [];
}

describe('loadJourneys', () => {
  it('takes the built-in ones where no path is given', () => {
    expect(namesOf({}, undefined)).toEqual({ funnels: ['Built in'], personas: ['casual'] });
  });

  it('finds nothing wrong with the built-in folder', () => {
    const host = createFakeHost({ files: packageFiles() });
    const { funnels, personas } = loadJourneys(host, undefined);
    expect([funnels.length, personas.length].map((count) => count >= 3)).toEqual([true, true]);
  });

  it('reads a JSON array of funnels and keeps the built-in personas', () => {
    const files = { '/work/funnels.json': JSON.stringify([funnel('Own')]) };
    expect(namesOf(files, 'funnels.json')).toEqual({ funnels: ['Own'], personas: ['casual'] });
  });

  it('reads a YAML mapping of both', () => {
    const yaml =
      'funnels: []\npersonas:\n  - { name: buyer, share: 1, entry: { home: 1 }, navigation: { down: 1 } }\n';
    expect(namesOf({ '/work/own.yaml': yaml }, 'own.yaml')).toEqual({
      funnels: [],
      personas: ['casual', 'buyer'],
    });
  });

  it('keeps the built-in funnels where only personas are brought', () => {
    const files = { '/work/p.json': JSON.stringify({ personas: [PERSONA] }) };
    expect(namesOf(files, 'p.json')).toEqual({ funnels: ['Built in'], personas: ['casual', 'buyer'] });
  });

  it('puts an own persona in the place of the built-in one of its name', () => {
    const files = {
      '/work/p.json': JSON.stringify({ personas: [{ ...PERSONA, name: 'casual', share: 7 }] }),
    };
    const { personas } = loadJourneys(createFakeHost({ files: { ...BUILT_IN, ...files } }), 'p.json');
    expect(personas.map(({ name, share }) => [name, share])).toEqual([['casual', 7]]);
  });

  it('lets a share of 0 take a built-in persona away, as long as one is left', () => {
    const away = { ...PERSONA, name: 'casual', share: 0 };
    const document = (...personas: object[]) => ({ '/work/p.json': JSON.stringify({ personas }) });
    expect(messagesOf(document(away, PERSONA), 'p.json')).toEqual([]);
    expect(messagesOf(document(away), 'p.json')).toEqual([
      'p.json: at least one persona must have a share above 0, but none has.',
    ]);
  });

  it('reads every JSON and YAML file of a folder, and nothing else', () => {
    const files = {
      '/work/j/a.json': JSON.stringify([funnel('A')]),
      '/work/j/b.yml': JSON.stringify({ funnels: [funnel('B')], personas: [PERSONA] }),
      '/work/j/README.md': '# Ours',
    };
    expect(namesOf(files, 'j')).toEqual({ funnels: ['A', 'B'], personas: ['casual', 'buyer'] });
  });

  it('fills in what a persona leaves out with the neutral value', () => {
    const files = {
      '/work/p.json': JSON.stringify({ personas: [{ ...PERSONA, propensity: { click_event: 3 } }] }),
    };
    const { personas } = loadJourneys(createFakeHost({ files: { ...BUILT_IN, ...files } }), 'p.json');
    expect(personas.filter(({ name }) => name === 'buyer')).toEqual([
      {
        name: 'buyer',
        share: 2,
        entry: { home: 1, category: 0, subcategory: 0, page: 0 },
        navigation: { down: 2, up: 1, sideways: 0, home: 0 },
        depth: 0.5,
        dwell: 0.5,
        loyalty: 1,
        account: 0.12,
        propensity: {
          bounce: 1,
          search: 1,
          outlink: 1,
          download: 1,
          clickEvent: 3,
          randomEvent: 1,
          order: 1,
        },
      },
    ]);
  });

  it('tells the problems of all files together', () => {
    const files = {
      '/work/j/a.json': JSON.stringify([{ ...funnel('A'), probability: -1 }]),
      '/work/j/b.json': '[',
      '/work/j/c.yaml':
        'personas:\n  - { name: buyer, share: 1, entry: {}, navigation: { up: 1, dwon: 1 } }\n',
      '/work/j/d.json': '{"funnel": []}',
      '/work/j/e.yaml': 'a: b: c',
    };
    const messages = messagesOf(files, 'j');
    expect(messages).toEqual([
      'j/a.json: funnel "A", probability must be at least 0, but is -1.',
      'j/b.json line 1, column 2: the text ends before the JSON does.',
      'j/c.yaml: persona "buyer", entry must be a mapping with at least one weight above 0, but is {}.',
      'j/c.yaml: persona "buyer", navigation has the unknown key dwon. Did you mean down?',
      'j/d.json has the unknown key funnel. Did you mean funnels?',
      expect.stringMatching(/^j\/e.yaml line 1, column 4: /),
    ]);
  });

  it('refuses two funnels or personas of one name', () => {
    const files = {
      '/work/f.json': JSON.stringify({ funnels: [funnel('A'), funnel('A')], personas: [PERSONA, PERSONA] }),
    };
    expect(messagesOf(files, 'f.json')).toHaveLength(2);
  });

  it('refuses a folder without files, and a path where there is nothing', () => {
    expect(messagesOf({ '/work/j/README.md': '' }, 'j')).toHaveLength(1);
    expect(messagesOf({}, 'gone.json')[0]).toContain('gone.json does not exist');
  });
});

describe('withoutUnwanted', () => {
  it('leaves out the funnels that need what has a share of 0', () => {
    const { funnels } = loadJourneys(createFakeHost({ files: packageFiles() }), undefined);
    const names = (ecommerceProbability: number, sitesearchProbability: number) =>
      withoutUnwanted(funnels, { ecommerceProbability, sitesearchProbability }).map(({ name }) => name);
    expect(names(0.05, 0.15)).toEqual(funnels.map(({ name }) => name));
    expect(names(0, 0.15)).toEqual(['Content Consumption', 'Lead Generation']);
    expect(names(0, 0)).toEqual(['Lead Generation']);
  });
});
