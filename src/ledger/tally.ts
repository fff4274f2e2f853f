/** Counts what became of every hit and visit, per local day and in all: planned = the sum of the outcomes. */
import type { Batch, Delivery } from '../types/delivery.ts';
import type { FailureExample } from '../types/failure-example.ts';
import type { Hit, VisitRecord } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import { isTurnedAway, type Outcome, type OutcomeKind } from '../types/outcome.ts';
import type { VisitKey } from '../types/visit.ts';
import { countFunnel } from './funnel-counts.ts';
import { addTotals } from './sum.ts';
import { createTotals, recordable, type Totals, type VisitCounts } from './totals.ts';
import { countVisit } from './visit-counts.ts';

/** The reason of hits that the end of the run came before. */
const CUT_OFF = 'stopped';
/** Reasons with an example at most. */
const MOST_EXAMPLES = 40;

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
  totals.missedKinds[kind]++;
  totals.missedRevenueCents += revenueCents;
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
  /** The time has come for the hits to leave, whatever becomes of them. */
  due(hits: readonly Hit[]): void;
  /** An attempt to send a request did not succeed. */
  failedAttempt(reason: string, example: () => FailureExample): void;
  /** Shows hits that are lost for the reason; the first one of each is kept. */
  lost(reason: string, example: () => FailureExample): void;
  /** Settles all that is still open as skipped, and gives out the last days. */
  close(): void;
  readonly total: Totals;
}

/** A day of an earlier process: what it had counted of it. */
export interface RestoredDay {
  readonly target: string;
  readonly date: LocalDate;
  readonly totals: Totals;
}

/**
 * @param onDay gets each day once, when all of its visits are settled and a later day has begun, or at the close;
 * days come in order
 * @param restored in the order of their dates: they come out among the others, and count from the start
 * @param hasTimes true: each hit leaves at a time of its own, and until then the total counts it as one to come
 */
export function createTally(
  onDay: (target: string, date: LocalDate, totals: Totals) => void,
  restored: readonly RestoredDay[] = [],
  hasTimes = false,
): Tally {
  const days = new Map<LocalDate, OpenDay>();
  const open = new Map<VisitRecord, OpenVisit>();
  const total = createTotals();
  let latest: OpenDay | undefined;
  const waiting = [...restored];
  for (const { totals } of restored) addTotals(total, totals);

  /** Those before the day take their places. */
  function passRestored(until: LocalDate | undefined): void {
    while (waiting[0] && (until === undefined || waiting[0].date < until)) {
      const { target, date, totals } = waiting[0];
      days.set(date, { key: { target, day: date }, totals, openVisits: 0 });
      waiting.shift();
    }
  }

  function dayOf({ target, day }: VisitKey): OpenDay {
    if (latest !== undefined && latest.key.day === day) return latest;
    let entry = days.get(day);
    if (!entry) {
      passRestored(day);
      const begun = waiting[0]?.date === day ? waiting.shift() : undefined;
      entry = { key: { target, day }, totals: begun?.totals ?? createTotals(), openVisits: 0 };
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
      countVisit(totals, visit, outcome);
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
    settleOpen(hit, outcome, entry);
    if (hit.seq === 0 && outcome.kind === 'skipped' && isTurnedAway(outcome.reason)) {
      turnAway(hit.visit, outcome, entry);
    }
  }

  /** None of its hits is sent: they need not be waited for. */
  function turnAway(visit: VisitRecord, outcome: Outcome, entry: OpenVisit): void {
    for (const hit of visit.hits) {
      if (entry.outcomes[hit.seq]) continue;
      if (hasTimes) total.hitsToCome--;
      settleOpen(hit, outcome, entry);
    }
  }

  function settleOpen(hit: Hit, outcome: Outcome, entry: OpenVisit): void {
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

  /** The first one, or the first that names a page. */
  function keepExample(reason: string, example: () => FailureExample): void {
    const { examples } = total;
    const known = examples[reason];
    const isFull = !known && Object.keys(examples).length >= MOST_EXAMPLES;
    if (isFull || (known && known.url !== '')) return;
    const found = example();
    if (!known || found.url !== '') examples[reason] = found;
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
        countVisit(totals, visit, 'planned');
        totals.hits.planned += visit.hits.length;
      }
      if (hasTimes) total.hitsToCome += visit.hits.length;
    },
    due(hits) {
      if (hasTimes) for (const { visit } of hits) if (open.has(visit)) total.hitsToCome--;
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
    failedAttempt(reason, example) {
      total.failedAttempts[reason] = (total.failedAttempts[reason] ?? 0) + 1;
      keepExample(reason, example);
    },
    lost: keepExample,
    close() {
      for (const visit of [...open.keys()]) {
        for (const hit of visit.hits) settle(hit, { kind: 'skipped', reason: CUT_OFF });
      }
      total.hitsToCome = 0;
      passRestored(undefined);
      for (const day of [...days.values()]) reportDay(day);
    },
  };
}
