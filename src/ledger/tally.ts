/** Counts what became of every hit and visit, per local day and in all: planned = the sum of the outcomes. */
import { build, type Histogram } from 'hdr-histogram-js';
import type { Batch, Delivery } from '../types/delivery.ts';
import type { Hit, HitKind, VisitRecord } from '../types/hit.ts';
import { HIT_KINDS } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Outcome, OutcomeKind } from '../types/outcome.ts';
import { OUTCOME_KINDS } from '../types/outcome.ts';
import type { VisitKey } from '../types/visit.ts';

export interface VisitCounts {
  planned: number;
  /** All hits accepted. */
  complete: number;
  /** Some hits accepted. */
  partial: number;
  /** No hit accepted, at least one sent. */
  failed: number;
  /** No hit sent. */
  skipped: number;
}

export interface FunnelCounts {
  entered: number;
  completed: number;
  /** Visits of which each step, and all before it, were accepted. */
  steps: number[];
}

/** Counts of one day or of a whole run. Times are in whole milliseconds. */
export interface Totals {
  visits: VisitCounts;
  /** Visits, also counted above, that were not sent to their end because the run ended first. */
  cutOffVisits: number;
  hits: { planned: number } & Record<OutcomeKind, number>;
  /** Accepted hits that this process sent: the others were accepted before a resume. */
  acceptedNow: number;
  /** Accepted hits. */
  kinds: Record<HitKind, number>;
  /** Of accepted orders. */
  revenueCents: number;
  /** Visits with an accepted cart and no accepted order. */
  abandonedCarts: number;
  retries: number;
  requests: number;
  /** Hits that were not accepted, by reason. */
  reasons: Record<string, number>;
  funnels: Record<string, FunnelCounts>;
  latencyMs: Histogram;
  lagMs: Histogram;
}

/** The reason of hits that the end of the run came before. */
const CUT_OFF = 'stopped';

const ONE_HOUR_MS = 3_600_000;

function createHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: ONE_HOUR_MS,
    numberOfSignificantValueDigits: 2,
  });
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}

export function createTotals(): Totals {
  return {
    visits: { planned: 0, complete: 0, partial: 0, failed: 0, skipped: 0 },
    cutOffVisits: 0,
    hits: { planned: 0, ...zeros(OUTCOME_KINDS) },
    acceptedNow: 0,
    kinds: zeros(HIT_KINDS),
    revenueCents: 0,
    abandonedCarts: 0,
    retries: 0,
    requests: 0,
    reasons: {},
    funnels: {},
    latencyMs: createHistogram(),
    lagMs: createHistogram(),
  };
}

function funnelOf(totals: Totals, name: string, stepCount: number): FunnelCounts {
  totals.funnels[name] ??= { entered: 0, completed: 0, steps: new Array(stepCount).fill(0) };
  return totals.funnels[name];
}

/** @param stepsDone of the visit's way through its funnel, from its beginning */
function countFunnel(totals: Totals, { funnel }: VisitRecord, stepsDone: number): void {
  if (!funnel || stepsDone === 0) return;
  const counts = funnelOf(totals, funnel.name, funnel.stepCount);
  counts.entered++;
  if (stepsDone === funnel.stepCount) counts.completed++;
  for (let i = 0; i < stepsDone; i++) counts.steps[i] = (counts.steps[i] ?? 0) + 1;
}

/** The first steps of a visit are those of its funnel, one hit each: how many were accepted before the first that was not. */
function acceptedSteps({ funnel }: VisitRecord, { outcomes }: OpenVisit): number {
  if (!funnel) return 0;
  const accepted = outcomes.findIndex((kind) => kind !== 'accepted');
  return Math.min(funnel.stepsDone, accepted < 0 ? outcomes.length : accepted);
}

function countHit(totals: Totals, { kind, revenueCents }: Hit, outcome: Outcome): void {
  if (outcome.kind === 'accepted') {
    totals.hits.accepted++;
    totals.kinds[kind]++;
    totals.revenueCents += revenueCents;
    return;
  }
  totals.hits[outcome.kind]++;
  const { reason } = outcome;
  if (reason !== undefined) totals.reasons[reason] = (totals.reasons[reason] ?? 0) + 1;
}

/** Accepted hits of the request but those that an earlier process knew of. */
function acceptedNowOf({ known }: Batch, { outcomes }: Delivery): number {
  let accepted = 0;
  for (let i = 0; i < outcomes.length; i++) {
    if (outcomes[i]?.kind === 'accepted' && known?.[i] === undefined) accepted++;
  }
  return accepted;
}

function countRequest(
  totals: Totals,
  { retries, furtherMs = [] }: Delivery,
  lagMs: number,
  latencyMs: number,
): void {
  totals.requests += 1 + furtherMs.length;
  for (const ms of furtherMs) totals.latencyMs.recordValue(recordable(ms));
  totals.retries += retries;
  totals.lagMs.recordValue(lagMs);
  totals.latencyMs.recordValue(latencyMs);
}

/** Whole milliseconds that the histograms can take. */
function recordable(ms: number): number {
  return Math.min(ONE_HOUR_MS, Math.max(0, Math.round(ms)));
}

/** The totals as JSON, without the distributions of times. */
export function countsOf(totals: Totals): Omit<Totals, 'latencyMs' | 'lagMs'> {
  const { latencyMs: _, lagMs: __, ...counts } = totals;
  return counts;
}

interface OpenVisit {
  readonly day: OpenDay;
  settled: number;
  accepted: number;
  skipped: number;
  hasCart: boolean;
  hasOrder: boolean;
  isCutOff: boolean;
  /** By rank of the hit; undefined before it is settled. */
  readonly outcomes: (OutcomeKind | undefined)[];
}

function classify(visit: OpenVisit): keyof Omit<VisitCounts, 'planned'> {
  if (visit.accepted === visit.settled) return 'complete';
  if (visit.accepted > 0) return 'partial';
  return visit.skipped === visit.settled ? 'skipped' : 'failed';
}

interface OpenDay {
  readonly key: Pick<VisitKey, 'target' | 'day'>;
  readonly totals: Totals;
  openVisits: number;
}

/** What the run has come to so far; changes as the run goes on. */
export interface Tally {
  plan(visit: VisitRecord): void;
  settle(hit: Hit, outcome: Outcome): void;
  sent(batch: Batch, delivery: Delivery, times: { lagMs: number; latencyMs: number }): void;
  /** Settles all that is still open as skipped, and gives out the last days. */
  close(): void;
  readonly total: Totals;
}

/**
 * @param onDay gets each day once, when all of its visits are settled and a later day has begun, or at the close;
 * days come in order
 */
export function createTally(onDay: (target: string, date: LocalDate, totals: Totals) => void): Tally {
  const days = new Map<LocalDate, OpenDay>();
  const open = new Map<VisitRecord, OpenVisit>();
  const total = createTotals();
  let latest: OpenDay | undefined;

  function dayOf({ target, day }: VisitKey): OpenDay {
    if (latest !== undefined && latest.key.day === day) return latest;
    let entry = days.get(day);
    if (!entry) {
      entry = { key: { target, day }, totals: createTotals(), openVisits: 0 };
      days.set(day, entry);
      latest = entry;
      reportFinishedDays();
    }
    return entry;
  }

  /** Days come out in their order: one that is still open holds back those after it. */
  function reportFinishedDays(): void {
    for (const day of days.values()) {
      if (day === latest || day.openVisits > 0) return;
      reportDay(day);
    }
  }

  function reportDay(day: OpenDay): void {
    days.delete(day.key.day);
    onDay(day.key.target, day.key.day, day.totals);
  }

  function finish(visit: VisitRecord, entry: OpenVisit): void {
    open.delete(visit);
    const outcome = classify(entry);
    const { day } = entry;
    for (const totals of [day.totals, total]) {
      totals.visits[outcome]++;
      if (entry.isCutOff) totals.cutOffVisits++;
      if (entry.hasCart && !entry.hasOrder) totals.abandonedCarts++;
      countFunnel(totals, visit, acceptedSteps(visit, entry));
    }
    day.openVisits--;
    if (day.openVisits === 0 && day !== latest) reportFinishedDays();
  }

  function settle(hit: Hit, outcome: Outcome): void {
    const entry = open.get(hit.visit);
    if (!entry || entry.outcomes[hit.seq]) return;
    entry.outcomes[hit.seq] = outcome.kind;
    entry.settled++;
    if (outcome.kind === 'accepted') {
      entry.accepted++;
      if (hit.kind === 'cart') entry.hasCart = true;
      if (hit.kind === 'order') entry.hasOrder = true;
    } else if (outcome.kind === 'skipped') {
      entry.skipped++;
      if (outcome.reason === CUT_OFF) entry.isCutOff = true;
    }
    countHit(entry.day.totals, hit, outcome);
    countHit(total, hit, outcome);
    if (entry.settled === hit.visit.hits.length) finish(hit.visit, entry);
  }

  return {
    total,
    settle,
    plan(visit) {
      const day = dayOf(visit.key);
      day.openVisits++;
      open.set(visit, {
        day,
        settled: 0,
        accepted: 0,
        skipped: 0,
        hasCart: false,
        hasOrder: false,
        isCutOff: false,
        outcomes: new Array(visit.hits.length).fill(undefined),
      });
      for (const totals of [day.totals, total]) {
        totals.visits.planned++;
        totals.hits.planned += visit.hits.length;
      }
    },
    sent(batch, delivery, { lagMs, latencyMs }) {
      const hit = batch.hits[0];
      if (!hit) return;
      const [lag, latency] = [recordable(lagMs), recordable(latencyMs)];
      const accepted = acceptedNowOf(batch, delivery);
      for (const totals of [dayOf(hit.visit.key).totals, total]) {
        countRequest(totals, delivery, lag, latency);
        totals.acceptedNow += accepted;
      }
    },
    close() {
      for (const visit of [...open.keys()]) {
        for (const hit of visit.hits) settle(hit, { kind: 'skipped', reason: CUT_OFF });
      }
      for (const day of [...days.values()]) reportDay(day);
    },
  };
}

/** Counts planned visits whose hits are not to be sent: kinds, orders and revenue as planned, no outcomes. */
export function createPlanTally(onDay: (date: LocalDate, totals: Totals) => void): {
  /** Visits come in the order of their days. */
  add(visit: VisitRecord): void;
  close(): void;
  readonly total: Totals;
} {
  const total = createTotals();
  let day: { date: LocalDate; totals: Totals } | undefined;
  const close = () => {
    if (day) onDay(day.date, day.totals);
    day = undefined;
  };
  return {
    total,
    close,
    add(visit) {
      const { hits } = visit;
      if (day?.date !== visit.key.day) {
        close();
        day = { date: visit.key.day, totals: createTotals() };
      }
      for (const totals of [day.totals, total]) {
        totals.visits.planned++;
        totals.hits.planned += hits.length;
        countFunnel(totals, visit, visit.funnel?.stepsDone ?? 0);
        for (const hit of hits) {
          totals.kinds[hit.kind]++;
          totals.revenueCents += hit.revenueCents;
        }
      }
    },
  };
}
