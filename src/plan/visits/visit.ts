/** One planned visit: visitor, source and steps, a pure function of the plan's settings, its day and its index. */
import { createHash } from 'node:crypto';
import type { Persona } from '../../types/journeys.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { FunnelProgress, Step, Visit } from '../../types/visit.ts';
import type { Visitor } from '../../types/visitor.ts';
import type { Catalogue } from '../catalogue.ts';
import type { LocalDay } from '../days/calendar.ts';
import { drawSkewed } from '../draw.ts';
import { CONCERN, type RandomSource } from '../random.ts';
import { createBrowsing } from './browsing.ts';
import { createFunnelWriter, type FunnelWriter, longestFunnelMs } from './funnel-visit.ts';
import { divideAmongFunnels, type FunnelShare, type Intents, solveIntents } from './intents.ts';
import { createSiteTree } from './site-tree.ts';
import { createSources } from './source.ts';
import { VisitBuilder } from './visit-builder.ts';

/** Visits end at least this long before local midnight, where Matomo would cut them. */
const BEFORE_MIDNIGHT_MS = 2_000;

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
  readonly after: ReadonlyMap<string, Intents> | undefined;
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
function intentsAfter({ funnel }: FunnelShare, intents: ReadonlyMap<string, Intents>) {
  if (funnel.exitAfterCompletion) return undefined;
  const types = new Set(funnel.steps.map((step) => step.type));
  const unless = (type: FunnelShare['funnel']['steps'][number]['type'], chance: number) =>
    types.has(type) ? 0 : chance;
  return new Map(
    [...intents].map(([persona, chances]) => [
      persona,
      {
        ...chances,
        search: unless('site_search', chances.search),
        outlink: unless('outlink', chances.outlink),
        download: unless('download', chances.download),
        order: unless('ecommerce', chances.order),
        abandonedCart: unless('ecommerce', chances.abandonedCart),
      },
    ]),
  );
}

export function createVisitWriter(
  settings: TrafficSettings,
  catalogue: Catalogue,
  random: RandomSource,
): VisitWriter {
  const tree = createSiteTree(settings.pages);
  const sources = createSources(settings, catalogue);
  const browsing = createBrowsing(settings, tree, catalogue);
  const shares = divideAmongFunnels(settings.journeys.funnels);
  const intents = solveIntents(settings, shares);
  const personas = new Map(settings.journeys.personas.map((persona) => [persona.name, persona]));
  let upTo = 0;
  const funnels: FunnelEntry[] = shares.map((share) => {
    upTo += share.share;
    const write = createFunnelWriter(share.funnel, settings, tree, catalogue);
    return { upTo, write, after: intentsAfter(share, intents) };
  });
  const orderPrefix = orderPrefixOf(settings);
  const { min: shortest, max: longest } = settings.durationMinutes;

  function enteredFunnel(entry: number): FunnelEntry | undefined {
    for (const funnel of funnels) if (entry < funnel.upTo) return funnel;
    return undefined;
  }

  function writeSteps(arrival: Arrival): { steps: Step[]; funnel: FunnelProgress | undefined } {
    const { day, index, startMs, visitor } = arrival;
    const streams = {
      journey: random.stream(CONCERN.journey, day.number, index),
      commerce: random.stream(CONCERN.commerce, day.number, index),
    };
    const { journey } = streams;
    const detail = random.stream(CONCERN.detail, day.number, index);
    const timing = random.stream(CONCERN.timing, day.number, index);
    const latestMs = day.endMs - BEFORE_MIDNIGHT_MS;
    const orderId = () => orderIdOf(orderPrefix, day.date, index);
    const persona = personas.get(visitor.persona) as Persona;
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
    const intentsOfPersona = (funnel?.after ?? intents).get(visitor.persona) as Intents;
    if (!funnel && journey.next() < intentsOfPersona.bounce) {
      browsing.bounce(builder, persona, streams);
    } else {
      browsing.browse(builder, persona, intentsOfPersona, streams, orderId);
    }
    const minutes = shortest + (longest - shortest) * drawSkewed(timing, persona.dwell);
    const steps = builder.scheduleWithin(fromMs, minutes * 60_000, latestMs);
    return { steps: funnel ? before.concat(steps) : steps, funnel: progress };
  }

  return (arrival) => {
    const { day, index, number, lane, startMs, visitor } = arrival;
    const { steps, funnel } = writeSteps(arrival);
    return {
      key: { target: settings.target, day: day.date, index },
      number,
      lane,
      startMs,
      visitor,
      isReturning: visitor.number !== number,
      source: sources.source(random.stream(CONCERN.source, day.number, index), visitor.place?.country),
      steps,
      funnel,
    };
  };
}
