/** One planned visit: visitor, source and steps, a pure function of the plan's settings, its day and its index. */
import { createHash } from 'node:crypto';
import type { Persona } from '../../types/content/journeys.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { FunnelProgress, Step, Visit, VisitSource } from '../../types/visit.ts';
import type { Visitor } from '../../types/visitor.ts';
import type { Catalogue } from '../catalogue.ts';
import type { LocalDay } from '../days/calendar.ts';
import { atPlace, drawNormal } from '../draw.ts';
import { writeBehaviour } from '../plugins/behaviours.ts';
import type { HookSite } from '../plugins/contexts.ts';
import type { Extensions } from '../plugins/extensions.ts';
import { createPluginVisits } from '../plugins/plugin-visits.ts';
import { createSitePages } from '../plugins/site-pages.ts';
import type { StepRules } from '../plugins/step-writer.ts';
import { CONCERN, type RandomSource, type RandomStream } from '../random.ts';
import type { Loyalty } from '../visitors/loyalty.ts';
import { BOUNCE } from './bounce.ts';
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
import { createNavigation } from './navigation.ts';
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
  const ofPlugins = (settings.plugins ?? []).map((plugin) => plugin.longestMs);
  return settings.journeys.funnels
    .filter((funnel) => funnel.enabled)
    .reduce(
      (longest, funnel) => {
        const after = funnel.exitAfterCompletion ? 0 : browsing;
        return Math.max(longest, longestFunnelMs(funnel) + after);
      },
      Math.max(browsing, ...ofPlugins),
    );
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
  extensions?: Extensions,
): VisitWriter {
  const tree = createSiteTree(settings.pages);
  const goods = createGoods(tree, catalogue);
  const sources = createSources(settings, catalogue, loyalty.returning);
  const navigation = createNavigation(tree, catalogue.rhythm.fresh);
  const browsing = createBrowsing(settings, tree, catalogue, goods, navigation);
  const shares = divideAmongFunnels(settings.journeys.funnels);
  const intents = solveIntents(settings, shares, createMix(settings, catalogue, loyalty));
  const personas = new Map(settings.journeys.personas.map((persona) => [persona.name, persona]));
  let upTo = 0;
  const funnels: FunnelEntry[] = shares.map((share) => {
    upTo += share.share;
    const write = createFunnelWriter(share.funnel, settings, tree, goods);
    return { upTo, write, after: intentsAfter(share, intents) };
  });
  const pages = createSitePages(tree);
  const { currency, goalIds } = settings;
  const facts = Object.freeze({ origin: tree.origin, currency, goalIds: Object.freeze([...goalIds]) });
  const site: HookSite = { facts, home: pages.shown(tree.home), pages, navigation };
  const rules: StepRules = { pages, goods, goalIds, currency };
  const plugins = extensions && createPluginVisits(extensions, random, rules);
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

  /** What a visit is written with, whoever writes it. */
  function writingOf({ day, index, visitor }: Arrival, source: VisitSource) {
    const detail = random.stream(CONCERN.detail, day.number, index);
    const timing = random.stream(CONCERN.timing, day.number, index);
    const latestMs = day.endMs - BEFORE_MIDNIGHT_MS;
    const persona = personas.get(visitor.persona) as Persona;
    return {
      detail,
      timing,
      orderId: () => orderIdOf(orderPrefix, day.date, index),
      builder: new VisitBuilder(detail, timing, visitor.speed),
      around: { site, source, persona, latestMs },
    };
  }

  function writeSteps(arrival: Arrival, source: VisitSource) {
    const { day, index, number, startMs, visitor } = arrival;
    const streams = {
      journey: random.stream(CONCERN.journey, day.number, index),
      commerce: random.stream(CONCERN.commerce, day.number, index),
      wishes: () => random.stream(CONCERN.wishes, visitor.number, 0),
    };
    const { journey } = streams;
    const writing = writingOf(arrival, source);
    const { detail, timing, orderId, around } = writing;
    const { persona, latestMs } = around;
    const rank = segmentOf(source.type, visitor.device, visitor.number !== number);
    const segment = SEGMENTS[rank] as Segment;
    const script = writing.builder;

    const funnel = enteredFunnel(journey.next());
    let progress: FunnelProgress | undefined;
    let before: Step[] = [];
    let fromMs = startMs;
    if (funnel) {
      progress = funnel.write(script, streams, orderId, (step, stepRank, page) =>
        plugins?.writeStep(step, stepRank, page, arrival, around, writing),
      );
      before = script.schedule(startMs, latestMs);
      if (!funnel.after || progress.stepsDone < progress.stepCount)
        return { steps: before, funnel: progress };
      fromMs = Math.min(latestMs, (before.at(-1)?.atMs ?? startMs) + 1_000);
    }
    const builder = funnel ? new VisitBuilder(detail, timing, visitor.speed) : script;
    const ofVisit = (funnel?.after ?? intents).get(visitor.persona)?.[rank] as Intents;
    if (!funnel && journey.next() < ofVisit.bounce) {
      const chosen = { behaviour: BOUNCE, streamAt: () => journey };
      return { steps: writeBehaviour(chosen, arrival, around, rules, writing).steps, funnel: undefined };
    }
    const browser = {
      persona,
      segment,
      intents: ofVisit,
      streams,
      day: day.number,
      orderId,
      before: funnel && script,
    };
    const effort = browsing.browse(builder, browser);
    const minutes = drawMinutes(timing, persona.dwell + segment.dwell, effort, builder.stepCount);
    const steps = builder.scheduleWithin(fromMs, minutes * 60_000, latestMs);
    return { steps: funnel ? before.concat(steps) : steps, funnel: progress };
  }

  /** The whole of a visit that a behaviour takes; undefined for the others. */
  function writeByPlugin(arrival: Arrival, source: VisitSource) {
    const chosen = plugins?.behaviourFor(arrival);
    if (!plugins || !chosen) return undefined;
    const { around, ...writing } = writingOf(arrival, source);
    const { plugin, name } = chosen.behaviour.place;
    return { ...plugins.write(chosen, arrival, around, writing), behaviour: `${plugin}/${name}` };
  }

  function sourceOf(arrival: Arrival): VisitSource {
    const { day, index, number, visitor } = arrival;
    const ofPlugin = plugins?.sourceOf(arrival);
    if (ofPlugin) return ofPlugin;
    const stream = random.stream(CONCERN.source, day.number, index);
    const month = Number(day.date.slice(5, 7));
    return sources.source(stream, visitor.place?.country, visitor.number !== number, month);
  }

  return (arrival) => {
    const { day, index, number, lane, startMs, visitor } = arrival;
    const drawn = sourceOf(arrival);
    const byPlugin = writeByPlugin(arrival, drawn);
    const { steps, funnel } = byPlugin ? { ...byPlugin, funnel: undefined } : writeSteps(arrival, drawn);
    const written = { source: byPlugin?.source ?? drawn, behaviour: byPlugin?.behaviour };
    return {
      key: { target: settings.target, day: day.date, index },
      number,
      lane,
      startMs,
      visitor,
      isReturning: visitor.number !== number,
      source: written.source,
      steps: plugins ? plugins.dimensions.withValues(steps, arrival, written) : steps,
      funnel,
      behaviour: written.behaviour,
      dimensions: plugins?.dimensions.ofVisit(arrival, written),
    };
  };
}
