import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import type { Hooks } from '../../../src/types/plugin-api.ts';
import { daysFrom, withFunnels } from '../fixtures.ts';
import { planWithHooks } from './with-plugins.ts';

const VISITS = 40;
const DAYS = ['2026-03-02', '2026-03-03'];

interface Where {
  readonly index: number;
  readonly date: string;
}
type Result = (where: Where) => unknown;

/** Hooks as JavaScript has them: nobody has checked their types. */
function untyped(hooks: object): Hooks {
  return JSON.parse('{}', () => hooks);
}

const page = { type: 'pageview', url: '/a', title: 'A' };
const event = { type: 'event', category: 'c', action: 'a', name: 'n' };
const item = { sku: 'a', name: 'A', category: 'c', price: 1, quantity: 1 };

/** A step that breaks a rule, and what the refusal says of it. */
const broken = fc.constantFrom<readonly [object, string]>(
  [{ ...page, url: 'ftp://x.example/' }, 'url must be'],
  [{ ...page, url: 'https://other.example/' }, 'url must be a page of the site'],
  [{ ...page, url: '/a?mtm_campaign=x' }, 'url must be a URL without campaign parameters'],
  [{ ...page, title: '' }, 'title must be'],
  [{ ...page, titel: 'A' }, 'titel must be left out'],
  [{ ...page, afterSeconds: -1 }, 'afterSeconds must be'],
  [{ ...page, afterSeconds: Number.NaN }, 'afterSeconds must be'],
  [{ ...page, afterSeconds: 1741 }, 'afterSeconds must be'],
  [{ type: 'dance' }, 'type must be one of'],
  [{ type: 'event' }, 'category must be'],
  [{ ...event, value: 'x' }, 'value must be'],
  [{ type: 'goal', id: 9 }, 'id must be one of GOAL_IDS'],
  [{ type: 'search', keyword: 'x\u0000' }, 'keyword must be'],
  [{ type: 'outlink', url: '/a' }, 'url must be'],
  [{ type: 'cart', items: [] }, 'items must be'],
  [{ type: 'order', items: [{ ...item, price: 0.001 }] }, 'items, entry 1, price must be'],
  [{ type: 'order', items: [item], discount: 5 }, 'discount must be'],
);

const OTHERS: readonly (readonly [string, unknown, RegExp])[] = [
  ['source', { type: 'radio' }, /source/],
  ['source', { type: 'website', url: 'https://semalt.com/' }, /spam/],
  ['dimension', 'x'.repeat(251), /at most 250/],
  ['dimension', 7, /must be a text/],
];
const hit = fc.record({ index: fc.nat(VISITS - 1), date: fc.constantFrom(...DAYS) });

/** Plans both days. @returns the visits that were planned before one was refused, and why */
function plannedUntil(hooks: Hooks, overrides = {}) {
  const { plan } = planWithHooks(hooks, { visitsPerDay: VISITS, goalIds: [1], ...overrides });
  const planned: string[] = [];
  try {
    for (const day of daysFrom(plan, DAYS[0] ?? '', DAYS.length)) {
      for (let index = 0; index < VISITS; index++) {
        const { key } = plan.visit(day, index);
        planned.push(`${key.day}/${key.index}`);
      }
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { planned: planned.length, message: error.message, exitCode: error.exitCode };
  }
  return { planned: planned.length, message: '', exitCode: 0 };
}

const rankOf = ({ index, date }: Where) => DAYS.indexOf(date) * VISITS + index;
const isAt = (where: Where, at: Where) => where.index === at.index && where.date === at.date;

describe('the one visit that breaks a rule', () => {
  it('is refused with its plugin, behaviour, day, index and step, and those before it are planned', () => {
    fc.assert(
      fc.property(hit, fc.nat(4), broken, (at, before, [step, text]) => {
        const good = [page, ...Array.from({ length: before }, () => event)];
        const visit: Result = (where) => (isAt(where, at) ? [...good, step, page] : good);
        const hooks = untyped({ behaviours: { odd: { share: 1, longestMs: 3_600_000, visit } } });
        const { planned, message, exitCode } = plannedUntil(hooks);
        expect(message).toContain(
          `Plugin acme, behaviour "odd", visit ${at.index} of ${at.date}: step ${good.length + 1}, ${text}`,
        );
        expect({ planned, exitCode }).toEqual({ planned: rankOf(at), exitCode: 2 });
      }),
      { numRuns: 12 },
    );
  });

  it('is refused with the source or the dimension that it got, its day and its index', () => {
    fc.assert(
      fc.property(hit, fc.constantFrom(...OTHERS), (at, [kind, value, text]) => {
        const source: Result = (where) => (isAt(where, at) ? value : { type: 'direct' });
        const dimension: Result = (where) => (isAt(where, at) ? value : 'x');
        const hooks =
          kind === 'source'
            ? untyped({ sources: { odd: { share: 1, source } } })
            : untyped({ dimensions: { odd: { id: 3, scope: 'visit', value: dimension } } });
        const { planned, message, exitCode } = plannedUntil(hooks);
        expect(message).toContain(`Plugin acme, ${kind} "odd", visit ${at.index} of ${at.date}: `);
        expect(message).toMatch(text);
        expect({ planned, exitCode }).toEqual({ planned: rankOf(at), exitCode: 2 });
      }),
      { numRuns: 8 },
    );
  });

  it('is refused with the funnel step that wrote it, its day and its index', () => {
    const delay = { delaySecondsMin: 1, delaySecondsMax: 2, continueProbability: 1 };
    const funnel = {
      ...{ name: 'Odd', description: '', probability: 1, priority: 1, enabled: true },
      exitAfterCompletion: true,
      steps: [
        { ...delay, type: 'pageview', url: 'https://www.nordhem.example/start' },
        { ...delay, type: 'plugin', name: 'acme/odd', options: {}, longestMs: 3_600_000 },
      ],
    } as const;
    fc.assert(
      fc.property(hit, broken, (at, [step, text]) => {
        const write: Result = (where) => (isAt(where, at) ? [event, step] : [event]);
        const hooks = untyped({ steps: { odd: { longestMs: 3_600_000, write } } });
        const { planned, message, exitCode } = plannedUntil(hooks, withFunnels([funnel]));
        expect(message).toContain(
          `Plugin acme, step "odd", visit ${at.index} of ${at.date}: step 2, ${text}`,
        );
        expect({ planned, exitCode }).toEqual({ planned: rankOf(at), exitCode: 2 });
      }),
      { numRuns: 8 },
    );
  });

  it('with rules kept, all visits are planned', () => {
    const visit: Result = () => [page, event];
    const hooks = untyped({ behaviours: { odd: { share: 1, longestMs: 3_600_000, visit } } });
    expect(plannedUntil(hooks)).toEqual({ planned: VISITS * DAYS.length, message: '', exitCode: 0 });
  });
});
