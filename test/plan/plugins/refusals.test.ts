import { describe, expect, it } from 'vitest';
import type { Hooks } from '../../../src/types/plugin-api.ts';
import { daysFrom, planVisits } from '../fixtures.ts';
import { planWithHooks } from './with-plugins.ts';

/** Hooks as JavaScript has them: nobody has checked their types. */
function untyped(hooks: object): Hooks {
  return JSON.parse('{}', () => hooks);
}

const page = { type: 'pageview', url: '/a', title: 'A' };

function visitOf(result: unknown, longestMs = 3_600_000): Hooks {
  return untyped({ behaviours: { odd: { share: 1, longestMs, visit: () => result } } });
}

function messageOf(hooks: Hooks, overrides = {}): string {
  try {
    const { plan } = planWithHooks(hooks, { visitsPerDay: 3, ...overrides });
    planVisits(plan, daysFrom(plan, '2026-03-03', 1));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was refused';
}

const items = [{ sku: 'a', name: 'A', category: 'c', price: 1, quantity: 1 }];
const AT = 'Plugin acme, behaviour "odd", visit 0 of 2026-03-03: ';

describe('a visit is refused with plugin, hook, day and index when', () => {
  const cases: readonly [what: string, result: unknown, message: string][] = [
    ['it is nothing', undefined, 'the result must be a list of 1 to 500 steps, but is missing.'],
    ['it has no step', [], 'the result must be a list of 1 to 500 steps, but is [].'],
    [
      'it has 501 steps',
      Array.from({ length: 501 }, () => page),
      'the result must be a list of 1 to 500 steps',
    ],
    ['it starts with an event', [{ type: 'event' }], 'step 1, type must be pageview'],
    ['a step is no object', [page, 'x'], 'step 2 must be an object with a type, but is "x".'],
    ['a step is unknown', [page, { type: 'dance' }], 'step 2, type must be one of pageview, event,'],
    [
      'a key is unknown',
      [{ ...page, titel: 'x' }],
      'step 1, titel must be left out: the keys are type, afterSeconds, url, title',
    ],
    [
      'a URL is relative',
      [{ ...page, url: 'a' }],
      'step 1, url must be an absolute http(s) URL or a path such as /page, but is "a".',
    ],
    [
      'a URL is of another site',
      [{ ...page, url: 'https://other.example/' }],
      'step 1, url must be a page of the site',
    ],
    [
      'a URL has a protocol of its own',
      [{ ...page, url: 'ftp://x.example/' }],
      'step 1, url must be an absolute',
    ],
    [
      'a URL has a password',
      [{ ...page, url: 'https://a:b@www.nordhem.example/' }],
      'step 1, url must be a URL without user name',
    ],
    [
      'a URL has a campaign',
      [{ ...page, url: '/a?utm_source=x' }],
      'step 1, url must be a URL without campaign parameters',
    ],
    [
      'a URL is too long',
      [{ ...page, url: `/${'é'.repeat(400)}` }],
      'step 1, url must be a URL of at most 1,024 characters',
    ],
    [
      'a title is missing',
      [{ type: 'pageview', url: '/a' }],
      'step 1, title must be a text that is not empty, but is missing.',
    ],
    [
      'a title is too long',
      [{ ...page, title: 'x'.repeat(1025) }],
      'step 1, title must be a text of at most 1,024 characters',
    ],
    [
      'a title has half a character',
      [{ ...page, title: 'a\uD800' }],
      'step 1, title must be a text without control characters',
    ],
    [
      'an event is blank',
      [page, { type: 'event', category: ' ', action: 'a', name: 'n' }],
      'step 2, category must be a text that is not empty',
    ],
    [
      'a value is no number',
      [page, { type: 'event', category: 'c', action: 'a', name: 'n', value: Number.NaN }],
      'step 2, value must be a number',
    ],
    [
      'a goal is none of the settings',
      [page, { type: 'goal', id: 7 }],
      'step 2, id must be one of GOAL_IDS, but is 7.',
    ],
    [
      'a goal comes twice',
      [page, { type: 'goal', id: 1 }, { type: 'goal', id: 1 }],
      'step 3, id must be a goal that the visit has not converted yet',
    ],
    [
      'results are negative',
      [page, { type: 'search', keyword: 'k', results: -1 }],
      'step 2, results must be a whole number of at least 0',
    ],
    [
      'an outlink is relative',
      [page, { type: 'outlink', url: '/a' }],
      'step 2, url must be an absolute http(s) URL, but is "/a".',
    ],
    [
      'an order is empty',
      [page, { type: 'order', items: [] }],
      'step 2, items must be a list of 1 to 1000 items',
    ],
    [
      'a price has three decimals',
      [page, { type: 'cart', items: [{ ...items[0], price: 1.005 }] }],
      'step 2, items, entry 1, price must be an amount with at most two decimals',
    ],
    [
      'a quantity is 0',
      [page, { type: 'cart', items: [{ ...items[0], quantity: 0 }] }],
      'step 2, items, entry 1, quantity must be a whole number of at least 1',
    ],
    [
      'a discount is above all',
      [page, { type: 'order', items, discount: 5 }],
      'step 2, discount must be at most what the order comes to',
    ],
    [
      'it goes back in time',
      [page, { ...page, afterSeconds: -1 }],
      'step 2, afterSeconds must be a number from 0 to 1,740',
    ],
    [
      'it pauses for 30 minutes',
      [page, { ...page, afterSeconds: 1800 }],
      'step 2, afterSeconds must be a number from 0 to 1,740, but is 1800.',
    ],
    [
      'only pings keep it alive',
      [page, { type: 'ping', afterSeconds: 900 }, { ...page, afterSeconds: 900 }],
      'step 3, afterSeconds must be at most 1,740 seconds after the last step that is no ping',
    ],
    ['the first step waits', [{ ...page, afterSeconds: 5 }], 'step 1, afterSeconds must be left out'],
    [
      'it is longer than it says',
      [
        page,
        { ...page, afterSeconds: 1700 },
        { ...page, afterSeconds: 1700 },
        { ...page, afterSeconds: 1700 },
      ],
      'the time from the first to the last step must be at most 3600000 ms (longestMs), but is 5100000.',
    ],
    [
      'its source is spam',
      { source: { type: 'website', url: 'https://semalt.com/x' }, steps: [page] },
      'source, url must be no referrer that Matomo takes for spam',
    ],
    [
      'its source is the site itself',
      { source: { type: 'website', url: 'https://www.nordhem.example/x' }, steps: [page] },
      'source, url must be a page of another site',
    ],
    [
      'its source is unknown',
      { source: { type: 'radio' }, steps: [page] },
      'source, type must be one of campaign, website, search, social, assistant, direct',
    ],
    [
      'its campaign has no name',
      { source: { type: 'campaign' }, steps: [page] },
      'source, name must be a text that is not empty',
    ],
  ];
  it.each(cases)('%s', (_what, result, message) => {
    expect(messageOf(visitOf(result), { goalIds: [1] })).toContain(AT + message);
  });

  it('it throws', () => {
    const visit = () => {
      throw new TypeError('no such thing');
    };
    const hooks = untyped({ behaviours: { odd: { share: 1, longestMs: 0, visit } } });
    expect(messageOf(hooks)).toContain(`${AT}threw an error: no such thing`);
  });

  it('it changes what it is handed', () => {
    const visit = (context: { visitor: { country: string } }) => {
      context.visitor.country = 'se';
    };
    const hooks = untyped({ behaviours: { odd: { share: 1, longestMs: 0, visit } } });
    expect(messageOf(hooks)).toContain(`${AT}threw an error: Cannot assign to read only property 'country'`);
  });

  it('it returns a promise', () => {
    const hooks = untyped({ behaviours: { odd: { share: 1, longestMs: 0, visit: async () => [page] } } });
    expect(messageOf(hooks)).toBe(`${AT}must return its value at once, but returned a promise.`);
  });
});

describe('other hooks are refused when', () => {
  const source = (value: unknown) => untyped({ sources: { s: { share: 1, source: () => value } } });
  const dimension = (value: unknown) =>
    untyped({ dimensions: { d: { id: 3, scope: 'visit', value: () => value } } });
  const weight = (value: unknown) => untyped({ arrivals: { a: { weight: () => value } } });
  const share = (value: unknown) =>
    untyped({ behaviours: { odd: { share: () => value, longestMs: 0, visit: () => [page] } } });

  it.each([
    [
      'a source is no object',
      source('x'),
      'Plugin acme, source "s", visit 0 of 2026-03-03: the source must be an object with a type, but is "x".',
    ],
    [
      'a value is too long',
      dimension('x'.repeat(251)),
      'Plugin acme, dimension "d", visit 0 of 2026-03-03: value must be a text of at most 250 characters',
    ],
    [
      'a value is a number',
      dimension(5),
      'Plugin acme, dimension "d", visit 0 of 2026-03-03: value must be a text',
    ],
    [
      'a weight is negative',
      weight(-1),
      'weight must give a number from 0 to 1000, but gave -1 for minute 0.',
    ],
    [
      'a weight is no number',
      weight('x'),
      'weight must give a number from 0 to 1000, but gave "x" for minute 0.',
    ],
    ['a share is above 1', share(2), `${AT}share must give a number from 0 to 1, but gave 2.`],
  ])('%s', (_what, hooks, message) => {
    expect(messageOf(hooks)).toContain(message);
  });

  it('shares come to more than 1 in a minute', () => {
    const one = { share: () => 0.6, longestMs: 0, visit: () => [page] };
    const hooks = untyped({ behaviours: { first: one, second: one } });
    expect(messageOf(hooks, { visitsPerDay: 20 })).toContain('behaviour "second", visit');
  });

  it('a rush leaves no room between the visits of one visitor', () => {
    const only = ({ date, minute }: { date: string; minute: number }) =>
      date === '2026-03-03' && minute === 900 ? 1000 : 1;
    const hooks = (dates: string[]) => untyped({ arrivals: { rush: { weight: only, dates } } });
    expect(messageOf(hooks([]), { visitsPerDay: 2000 })).toMatch(
      /^Plugin acme, arrivals "rush", 2026-03-03: more visits start within \d+ minutes than the plan has room for/,
    );
    expect(messageOf(hooks(['2026-03-03']), { visitsPerDay: 2000 })).toBe('nothing was refused');
  });
});

describe('a hook that asks for', () => {
  const NAMES: Readonly<Record<string, () => unknown>> = {
    'Math.random': () => Math.random(),
    'new Date()': () => new Date(),
    'Date()': () => Date(),
    'Date.now': () => Date.now(),
    'performance.now': () => performance.now(),
    'process.hrtime': () => process.hrtime(),
    'process.hrtime.bigint': () => process.hrtime.bigint(),
    setTimeout: () => setTimeout(() => {}, 1),
    queueMicrotask: () => queueMicrotask(() => {}),
    'Intl.DateTimeFormat without a date': () => new Intl.DateTimeFormat('en').format(),
    'crypto.randomUUID': () => crypto.randomUUID(),
    'crypto.getRandomValues': () => crypto.getRandomValues(new Uint8Array(1)),
  };

  it.each(Object.entries(NAMES))('%s is refused, though it catches the error', (name, ask) => {
    const visit = () => {
      try {
        ask();
      } catch {
        // As if nothing had happened.
      }
      return [page];
    };
    const hooks = untyped({ behaviours: { odd: { share: 1, longestMs: 0, visit } } });
    expect(messageOf(hooks)).toBe(`${AT}called ${name}, which does not work in a hook.`);
    expect(() => ask()).not.toThrow();
  });

  it('a given date, or its format, gets it', () => {
    const visit = () => {
      const date = new Date(0);
      return [{ ...page, title: new Intl.DateTimeFormat('en', { timeZone: 'UTC' }).format(date) }];
    };
    const hooks = untyped({ behaviours: { odd: { share: 1, longestMs: 0, visit } } });
    expect(messageOf(hooks)).toBe('nothing was refused');
    expect(new Date(5)).toBeInstanceOf(Date);
  });
});
