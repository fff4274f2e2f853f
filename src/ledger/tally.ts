/** Counts what became of every hit and visit, per local day and in all: planned = the sum of the outcomes. */
import { type Batch, type Delivery, firstVisitOf } from '../types/delivery.ts';
import type { FailureExample } from '../types/failure-example.ts';
import type { Hit, VisitRecord } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import { isTurnedAway, type Outcome } from '../types/outcome.ts';
import type { VisitKey } from '../types/visit.ts';
import { countFunnel } from './funnel-counts.ts';
import { acceptedNowOf, countAccepted, countHit, countRequest } from './hit-counts.ts';
import { acceptedSteps, classify, type OpenDay, type OpenVisit, openVisitOf } from './open-visit.ts';
import { addTotals } from './sum.ts';
import { createTotals, recordable, type Totals } from './totals.ts';
import { countVisit } from './visit-counts.ts';

/** The reason of hits that the end of the run came before. */
const CUT_OFF = 'stopped';
const ACCEPTED: Outcome = { kind: 'accepted' };
/** Reasons with an example at most. */
const MOST_EXAMPLES = 40;

/** What the run has come to so far; changes as the run goes on. */
export interface Tally {
  plan(visit: VisitRecord): void;
  settle(hit: Hit, outcome: Outcome): void;
  /** All hits of the visit were accepted. */
  accept(visit: VisitRecord): void;
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
  /** Visits that have hits to settle: their day as long as none is settled. */
  const open = new Map<VisitRecord, OpenVisit | OpenDay>();
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
    closeVisit(day);
  }

  function closeVisit(day: OpenDay): void {
    day.openVisits--;
    if (day.openVisits === 0 && day !== latest) reportFinishedDays();
  }

  function openVisit(visit: VisitRecord): OpenVisit | undefined {
    const entry = open.get(visit);
    if (!entry || 'outcomes' in entry) return entry;
    const begun = openVisitOf(visit, entry);
    open.set(visit, begun);
    return begun;
  }

  function settle(hit: Hit, outcome: Outcome): void {
    const entry = openVisit(hit.visit);
    if (!entry || entry.outcomes[hit.seq]) return;
    settleOpen(hit, outcome, entry);
    if (hit.seq === 0 && outcome.kind === 'skipped' && isTurnedAway(outcome.reason)) {
      turnAway(hit.visit, outcome, entry);
    }
  }

  function acceptWhole(visit: VisitRecord, day: OpenDay): void {
    open.delete(visit);
    countAccepted(day.totals, visit);
    countAccepted(total, visit);
    closeVisit(day);
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
    if (entry.settled === hit.visit.kinds.length) finish(hit.visit, entry);
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
      open.set(visit, day);
      for (const totals of [day.totals, total]) {
        countVisit(totals, visit, 'planned');
        totals.hits.planned += visit.kinds.length;
      }
      if (hasTimes) total.hitsToCome += visit.kinds.length;
    },
    accept(visit) {
      const entry = open.get(visit);
      if (!entry) return;
      if ('outcomes' in entry) for (const hit of visit.hits) settle(hit, ACCEPTED);
      else acceptWhole(visit, entry);
    },
    due(hits) {
      if (hasTimes) for (const { visit } of hits) if (open.has(visit)) total.hitsToCome--;
    },
    sent(batch, delivery, { lagMs, latencyMs }) {
      const visit = firstVisitOf(batch);
      if (!visit) return;
      const [lag, latency] = [recordable(lagMs), recordable(latencyMs)];
      const accepted = acceptedNowOf(batch, delivery);
      for (const totals of [dayOf(visit.key).totals, total]) {
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
