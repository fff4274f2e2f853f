/** One planned visit: visitor, source and steps, a pure function of the plan's settings, its day and its index. */
import { createHash } from 'node:crypto';
import type { Persona } from '../../types/journeys.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { FunnelProgress, Step, Visit, VisitSource } from '../../types/visit.ts';
import type { Visitor } from '../../types/visitor.ts';
import type { Catalogue } from '../catalogue.ts';
import type { LocalDay } from '../days/calendar.ts';
import { atPlace, drawNormal } from '../draw.ts';
import { CONCERN, type RandomSource, type RandomStream } from '../random.ts';
import type { Loyalty } from '../visitors/loyalty.ts';
import { createBrowsing } from './browsing.ts';
import { createFunnelWriter, type FunnelWriter, longestFunnelMs } from './funnel-visit.ts';
import { createGoods } from './goods.ts';
import {
  divideAmongFunnels,
  type FunnelShare,
  type Intents,
  type IntentsOf,
  solveIntents,
} from './intents.ts';
import { createMix } from './mix.ts';
import { SEGMENTS, type Segment, segmentOf } from './segments.ts';
import { createSiteTree } from './site-tree.ts';
import { createSources } from './source.ts';
import { VisitBuilder } from './visit-builder.ts';

/** Visits end at least this long before local midnight, where Matomo would cut them. */
const BEFORE_MIDNIGHT_MS = 2_000;

/** How far the length of visits strays from a persona's middle, on the logarithmic scale between the bounds. */
const DWELL_SPREAD = 0.22;
/** How much of that goes with the number of pages: a correlation. */
const EFFORT_PART = 0.6;
/** Nobody does more than one thing in three seconds. */
const LEAST_MINUTES_A_STEP = 0.05;

/** Who visits, and when: what is decided before the visit's course is. */
export interface Arrival {
  readonly day: LocalDay;
  readonly index: number;
  readonly number: number;
  readonly lane: number;
  readonly startMs: number;
  readonly visitor: Visitor;
}

interface FunnelEntry {
  /** Draws below this enter; those of the entries before it are below theirs. */
  readonly upTo: number;
  readonly write: FunnelWriter;
  /** What the visitor of each persona does on after it; undefined when the visit ends with it. */
  readonly after: IntentsOf | undefined;
}

/** Tells orders of other settings or seeds apart: a site refuses an order id that it has seen. 10 digits. */
function orderPrefixOf({ siteId: _, ...settings }: TrafficSettings): string {
  const digest = createHash('sha256').update(JSON.stringify(settings)).digest();
  return digest.readBigUInt64BE().toString(36).toUpperCase().slice(-10).padStart(10, '0');
}

function orderIdOf(prefix: string, date: LocalDate, index: number): string {
  return `${prefix}-${date.replaceAll('-', '')}-${index.toString(36).toUpperCase()}`;
}

export type VisitWriter = (arrival: Arrival) => Visit;

/** Longest time from the first to the last hit of any visit, in ms. */
export function longestVisitMs(settings: TrafficSettings): number {
  const browsing = settings.durationMinutes.max * 60_000;
  return settings.journeys.funnels
    .filter((funnel) => funnel.enabled)
    .reduce((longest, funnel) => {
      const after = funnel.exitAfterCompletion ? 0 : browsing;
      return Math.max(longest, longestFunnelMs(funnel) + after);
    }, browsing);
}

/** What is left to do after a funnel: nothing of a type that the funnel itself has. */
function intentsAfter({ funnel }: FunnelShare, intents: IntentsOf): IntentsOf | undefined {
  if (funnel.exitAfterCompletion) return undefined;
  const types = new Set(funnel.steps.map((step) => step.type));
  const unless = (type: FunnelShare['funnel']['steps'][number]['type'], chance: number) =>
    types.has(type) ? 0 : chance;
  const after = (chances: Intents): Intents => ({
    ...chances,
    search: unless('site_search', chances.search),
    outlink: unless('outlink', chances.outlink),
    download: unless('download', chances.download),
    order: unless('ecommerce', chances.order),
    abandonedCart: unless('ecommerce', chances.abandonedCart),
  });
  return new Map([...intents].map(([persona, bySegment]) => [persona, bySegment.map(after)]));
}

export function createVisitWriter(
  settings: TrafficSettings,
  catalogue: Catalogue,
  random: RandomSource,
  loyalty: Loyalty,
): VisitWriter {
  const tree = createSiteTree(settings.pages);
  const goods = createGoods(tree, catalogue);
  const sources = createSources(settings, catalogue, loyalty.returning);
  const browsing = createBrowsing(settings, tree, catalogue, goods);
  const shares = divideAmongFunnels(settings.journeys.funnels);
  const intents = solveIntents(settings, shares, createMix(settings, catalogue, loyalty));
  const personas = new Map(settings.journeys.personas.map((persona) => [persona.name, persona]));
  let upTo = 0;
  const funnels: FunnelEntry[] = shares.map((share) => {
    upTo += share.share;
    const write = createFunnelWriter(share.funnel, settings, tree, goods);
    return { upTo, write, after: intentsAfter(share, intents) };
  });
  const orderPrefix = orderPrefixOf(settings);
  const { min: shortest, max: longest } = settings.durationMinutes;

  function enteredFunnel(entry: number): FunnelEntry | undefined {
    for (const funnel of funnels) if (entry < funnel.upTo) return funnel;
    return undefined;
  }

  /** Minutes of a visit that goes so far: long visits have many pages, more or less. */
  function drawMinutes(stream: RandomStream, dwell: number, effort: number, steps: number): number {
    const own = Math.sqrt(1 - EFFORT_PART * EFFORT_PART) * drawNormal(stream);
    const place = dwell + DWELL_SPREAD * (EFFORT_PART * effort + own);
    return Math.max(atPlace(shortest, longest, place), Math.min(longest, steps * LEAST_MINUTES_A_STEP));
  }

  function writeSteps(arrival: Arrival, source: VisitSource) {
    const { day, index, number, startMs, visitor } = arrival;
    const streams = {
      journey: random.stream(CONCERN.journey, day.number, index),
      commerce: random.stream(CONCERN.commerce, day.number, index),
      wishes: () => random.stream(CONCERN.wishes, visitor.number, 0),
    };
    const { journey } = streams;
    const detail = random.stream(CONCERN.detail, day.number, index);
    const timing = random.stream(CONCERN.timing, day.number, index);
    const latestMs = day.endMs - BEFORE_MIDNIGHT_MS;
    const orderId = () => orderIdOf(orderPrefix, day.date, index);
    const persona = personas.get(visitor.persona) as Persona;
    const rank = segmentOf(source.type, visitor.device, visitor.number !== number);
    const segment = SEGMENTS[rank] as Segment;
    const script = new VisitBuilder(detail, timing, visitor.speed);

    const funnel = enteredFunnel(journey.next());
    let progress: FunnelProgress | undefined;
    let before: Step[] = [];
    let fromMs = startMs;
    if (funnel) {
      progress = funnel.write(script, streams, orderId);
      before = script.schedule(startMs, latestMs);
      if (!funnel.after || progress.stepsDone < progress.stepCount)
        return { steps: before, funnel: progress };
      fromMs = Math.min(latestMs, (before.at(-1)?.atMs ?? startMs) + 1_000);
    }
    const builder = funnel ? new VisitBuilder(detail, timing, visitor.speed) : script;
    const ofVisit = (funnel?.after ?? intents).get(visitor.persona)?.[rank] as Intents;
    if (!funnel && journey.next() < ofVisit.bounce) {
      browsing.bounce(builder, persona, streams, day.number);
      return { steps: builder.schedule(fromMs, latestMs), funnel: progress };
    }
    const browser = { persona, segment, intents: ofVisit, streams, day: day.number, orderId };
    const effort = browsing.browse(builder, browser);
    const minutes = drawMinutes(timing, persona.dwell + segment.dwell, effort, builder.stepCount);
    const steps = builder.scheduleWithin(fromMs, minutes * 60_000, latestMs);
    return { steps: funnel ? before.concat(steps) : steps, funnel: progress };
  }

  return (arrival) => {
    const { day, index, number, lane, startMs, visitor } = arrival;
    const isReturning = visitor.number !== number;
    const stream = random.stream(CONCERN.source, day.number, index);
    const source = sources.source(stream, visitor.place?.country, isReturning, Number(day.date.slice(5, 7)));
    const { steps, funnel } = writeSteps(arrival, source);
    return {
      key: { target: settings.target, day: day.date, index },
      number,
      lane,
      startMs,
      visitor,
      isReturning,
      source,
      steps,
      funnel,
    };
  };
}
