/** Steps as hooks write them, checked one by one and put into a visit under construction. */
import type { OrderItem } from '../../types/content/catalogue.ts';
import { drawLogNormal } from '../draw.ts';
import type { RandomStream } from '../random.ts';
import type { Goods } from '../visits/goods.ts';
import type { VisitBuilder } from '../visits/visit-builder.ts';
import type { SitePages } from './site-pages.ts';
import { isRecord, type Refuse, ValueReader } from './step-reader.ts';

/** Matomo ends a visit 30:00 after its last action; the minute less is ours. */
const LONGEST_GAP_SECONDS = 1740;
const MOST_STEPS = 500;
/** Seconds between two steps where the hook leaves it open. */
const MIDDLE_GAP_SECONDS = 20;
const LONGEST_OPEN_GAP_SECONDS = 300;

export interface StepRules {
  readonly pages: SitePages;
  readonly goods: Pick<Goods, 'viewAt'>;
  readonly goalIds: readonly number[];
  readonly currency: string;
}

/** What one visit adds. */
export interface StepWriting {
  readonly builder: VisitBuilder;
  readonly timing: RandomStream;
  /** What the ids of the visit's orders begin with. */
  readonly orderId: () => string;
  readonly longestMs: number;
  readonly refuse: Refuse;
}

type Write = (reader: ValueReader, rules: StepRules, writing: StepWriting) => void;

const centsOf = (items: readonly OrderItem[]) =>
  items.reduce((sum, { price, quantity }) => sum + Math.round(price * 100) * quantity, 0);

function writeOrder(reader: ValueReader, { currency }: StepRules, { builder, orderId }: StepWriting): void {
  const items = reader.items('items');
  const subtotalCents = centsOf(items);
  const [taxCents, shippingCents, discountCents] = [
    reader.cents('tax'),
    reader.cents('shipping'),
    reader.cents('discount'),
  ];
  const revenueCents = subtotalCents + taxCents + shippingCents - discountCents;
  if (revenueCents < 0) reader.fail('discount', 'at most what the order comes to');
  // A visit may order more than once, and Matomo refuses an id that it has seen.
  const id = `${orderId()}-S${builder.stepCount}`;
  builder.addOrder(
    { id, currency, items, subtotalCents, taxCents, shippingCents, discountCents, revenueCents },
    1,
  );
}

function writeSearch(reader: ValueReader, { pages }: StepRules, { builder }: StepWriting): void {
  const keyword = reader.text('keyword');
  const page = pages.pageOf(`${pages.origin}/search?q=${encodeURIComponent(keyword)}`, `Search: ${keyword}`);
  builder.addSearch(page, {
    keyword,
    ...(reader.has('category') ? { category: reader.text('category') } : {}),
    ...(reader.has('results') ? { results: reader.whole('results', 0) } : {}),
  });
}

function writeGoal(reader: ValueReader, { goalIds }: StepRules, { builder }: StepWriting): void {
  const id = reader.whole('id', 1);
  if (!goalIds.includes(id)) reader.fail('id', 'one of GOAL_IDS', 'Add the goal to GOAL_IDS (--goal-ids).');
  if (builder.hasGoal(id)) reader.fail('id', 'a goal that the visit has not converted yet');
  builder.addGoal(id, 1);
}

function writeEvent(reader: ValueReader, _rules: StepRules, { builder }: StepWriting): void {
  const [category, action, name] = [reader.text('category'), reader.text('action'), reader.text('name')];
  const event = { category, action, name };
  const any = Number.MAX_SAFE_INTEGER;
  builder.addEvent(reader.has('value') ? { ...event, value: reader.number('value', -any, any) } : event, 1);
}

interface StepKind {
  readonly keys: readonly string[];
  readonly write: Write;
}

const KINDS: Readonly<Record<string, StepKind>> = {
  pageview: {
    keys: ['url', 'title'],
    write: (reader, { pages, goods }, { builder }) => {
      const page = reader.page(pages);
      builder.addPageview(page, goods.viewAt(page.url));
    },
  },
  event: { keys: ['category', 'action', 'name', 'value'], write: writeEvent },
  search: { keys: ['keyword', 'category', 'results'], write: writeSearch },
  outlink: {
    keys: ['url'],
    write: (reader, _rules, { builder }) => builder.addLink('outlink', reader.url('url'), 1),
  },
  download: {
    keys: ['url'],
    write: (reader, { pages }, { builder }) =>
      builder.addLink('download', reader.url('url', pages.origin), 1),
  },
  content: {
    keys: ['name', 'piece', 'target', 'isClick'],
    write: (reader, { pages }, { builder }) => {
      const banner = {
        name: reader.text('name'),
        piece: reader.text('piece'),
        target: reader.url('target', pages.origin),
      };
      builder.addContent(banner, reader.boolean('isClick'), 1);
    },
  },
  goal: { keys: ['id'], write: writeGoal },
  cart: {
    keys: ['items'],
    write: (reader, _rules, { builder }) => {
      const items = reader.items('items');
      builder.addCart({ items, revenueCents: centsOf(items) }, 1);
    },
  },
  order: { keys: ['items', 'tax', 'shipping', 'discount'], write: writeOrder },
  ping: { keys: [], write: (_reader, _rules, { builder }) => builder.addPing(1) },
};

/** With the keys that every step may have. */
const STEPS: Readonly<Record<string, StepKind>> = Object.fromEntries(
  Object.entries(KINDS).map(([type, { keys, write }]) => [
    type,
    { keys: ['type', 'afterSeconds', ...keys], write },
  ]),
);

const FIRST_OF_VISIT = 'left out, because the first step is the start';
const FIRST_OF_STEP = 'left out, because the delay of the funnel step before goes before it';
const DELAY_HINT = 'Set delay_seconds_min and delay_seconds_max of that step in the funnel file.';

/** Seconds before each step; undefined where they are left open. The first step follows at once. */
function gapsOf(
  steps: readonly Readonly<Record<string, unknown>>[],
  isWhole: boolean,
  refuse: Refuse,
): (number | undefined)[] {
  let sinceAction = 0;
  return steps.map((step, i) => {
    const gap = step.afterSeconds;
    if (gap === undefined) {
      sinceAction = step.type === 'ping' ? sinceAction : 0;
      return i === 0 ? 0 : undefined;
    }
    const where = `step ${i + 1}, afterSeconds`;
    if (i === 0 && gap !== 0) {
      if (isWhole) refuse(where, FIRST_OF_VISIT, gap);
      refuse(where, FIRST_OF_STEP, gap, DELAY_HINT);
    }
    if (typeof gap !== 'number' || !(gap >= 0 && gap <= LONGEST_GAP_SECONDS)) {
      const hint = 'Matomo ends a visit 30 minutes after its last action: write a step in between.';
      refuse(where, 'a number from 0 to 1,740', gap, hint);
    }
    sinceAction += gap;
    if (sinceAction > LONGEST_GAP_SECONDS) {
      const hint = 'A ping does not keep a visit alive: write another step, such as an event, in between.';
      refuse(where, 'at most 1,740 seconds after the last step that is no ping', sinceAction, hint);
    }
    if (step.type !== 'ping') sinceAction = 0;
    return gap;
  });
}

/** Fills in what was left open, so that all of it stays within the longest time. */
function filledGaps(
  gaps: readonly (number | undefined)[],
  { timing, longestMs, refuse }: StepWriting,
): number[] {
  const given = gaps.reduce<number>((sum, gap) => sum + (gap ?? 0), 0);
  const room = longestMs / 1000 - given;
  if (room < 0) {
    const hint = 'Raise longestMs of the hook, or shorten afterSeconds.';
    refuse(
      'the time from the first to the last step',
      `at most ${longestMs} ms (longestMs)`,
      given * 1000,
      hint,
    );
  }
  const drawn = gaps.map((gap) =>
    gap === undefined
      ? Math.min(LONGEST_OPEN_GAP_SECONDS, MIDDLE_GAP_SECONDS * drawLogNormal(timing, 0.9))
      : 0,
  );
  const total = drawn.reduce((sum, gap) => sum + gap, 0);
  const scale = total > room ? room / total : 1;
  return gaps.map((gap, i) => gap ?? (drawn[i] as number) * scale);
}

/** The list that a hook returned. */
function stepsOf(result: unknown, refuse: Refuse): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(result) || result.length === 0 || result.length > MOST_STEPS) {
    return refuse('the result', `a list of 1 to ${MOST_STEPS} steps`, result);
  }
  return result.map((step: unknown, i) =>
    isRecord(step) ? step : refuse(`step ${i + 1}`, 'an object with a type', step),
  );
}

function kindOf({ type }: Readonly<Record<string, unknown>>, rank: number, refuse: Refuse): StepKind {
  const found = typeof type === 'string' && Object.hasOwn(STEPS, type) ? STEPS[type] : undefined;
  return found ?? refuse(`step ${rank + 1}, type`, `one of ${Object.keys(STEPS).join(', ')}`, type);
}

/** @param isWhole the steps are a whole visit, which starts with a pageview */
export function writeSteps(result: unknown, isWhole: boolean, rules: StepRules, writing: StepWriting): void {
  const { refuse, builder } = writing;
  const steps = stepsOf(result, refuse);
  if (isWhole && steps[0]?.type !== 'pageview') {
    refuse('step 1, type', 'pageview, because every visit starts with one', steps[0]?.type);
  }
  const gaps =
    steps.length === 1 && steps[0]?.afterSeconds === undefined
      ? undefined
      : filledGaps(gapsOf(steps, isWhole, refuse), writing);
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as Readonly<Record<string, unknown>>;
    const found = kindOf(step, i, refuse);
    const reader = new ValueReader(step, `step ${i + 1}`, refuse);
    reader.only(found.keys);
    if (i > 0) builder.wait((gaps?.[i] ?? 0) * 1000);
    found.write(reader, rules, writing);
  }
}
