/** A live shard that is taken over: what its former owner may have sent, and what nobody has sent meanwhile. */

import { createEncoder } from '../job/encoder.ts';
import type { LiveJob } from '../job/job.ts';
import { prepareLiveRun, scheduleLiveRun } from '../job/schedule.ts';
import type { Claim } from '../ledger/postgres/shared-rows.ts';
import { sumOf } from '../ledger/sum.ts';
import { createTally } from '../ledger/tally.ts';
import { createTotals, type Totals } from '../ledger/totals.ts';
import { createPlan } from '../plan/plan.ts';
import { withRestUnknown } from '../shards/lost-worker.ts';
import { decodeTotals } from '../shards/serialization.ts';
import { readFormer, readState } from './shared-state.ts';

const LOST = 'worker-lost';

export interface Gap {
  /** Up to here, the former owner has told what it did. */
  readonly fromMs: number;
  /** Up to here, it may have sent without telling. */
  readonly sentUntilMs: number;
  /** From here on, the new owner sends. */
  readonly untilMs: number;
}

/**
 * Visits that begin in the gap, and are the new owner's to count and nobody's to send: what was due while the former owner
 * may have sent is not known, the rest was skipped.
 */
function totalsOfGap(job: LiveJob, startMs: number, { fromMs, sentUntilMs, untilMs }: Gap): Totals {
  const plan = createPlan(job.traffic, job.extensions);
  const encoder = createEncoder(job);
  const whole = { ...job, dailyCap: 0, stopAfter: 0 };
  const tally = createTally(() => {});
  const { timeline } = scheduleLiveRun(
    whole,
    plan,
    encoder,
    prepareLiveRun(whole, plan, encoder, fromMs),
    startMs,
    () => Promise.resolve(0),
    fromMs,
  );
  for (let next = timeline.next(); !next.done && next.value.leaveMs < untilMs; next = timeline.next()) {
    const [hit] = next.value.hits;
    if (!hit) continue;
    const isFirst = hit.seq === 0;
    if (isFirst) tally.plan(hit.visit);
    const kind = next.value.leaveMs < sentUntilMs ? 'unknown' : 'skipped';
    tally.settle(hit, { kind, reason: LOST });
    // The rest of a visit is nobody's: the new owner sends visits that begin with it.
    const isLast = kind === 'skipped';
    if (isLast) for (const later of hit.visit.hits) tally.settle(later, { kind, reason: LOST });
    encoder.bodies.recycle(next.value.body);
  }
  return settledTotals(tally);
}

function settledTotals(tally: ReturnType<typeof createTally>): Totals {
  // Hits of the gap's visits that were due after it.
  tally.close();
  const totals = sumOf([tally.total]);
  const stopped = totals.reasons.stopped ?? 0;
  if (stopped > 0) {
    totals.reasons[LOST] = (totals.reasons[LOST] ?? 0) + stopped;
    delete totals.reasons.stopped;
  }
  totals.cutOffVisits = 0;
  return totals;
}

export interface LostShard {
  readonly totals: Totals;
  /** From when on the new owner sends, epoch ms. */
  readonly fromMs: number;
}

/**
 * @param startMs when the run began
 * @param sentUntilMs up to when the former owner may have sent
 */
export function takeOverLive(
  job: LiveJob,
  claim: Claim,
  startMs: number,
  sentUntilMs: number,
  nowMs: number,
): LostShard {
  const before = readFormer(claim.before);
  const state = claim.state === null ? undefined : readState(claim.state);
  const told = state ? decodeTotals(state.totals) : (before?.totals ?? createTotals());
  const known = claim.isClean ? told : withRestUnknown(told);
  const fromMs = Math.max(startMs, state?.pointsUntilMs ?? before?.untilMs ?? startMs);
  const gap = { fromMs, sentUntilMs: claim.isClean ? fromMs : sentUntilMs, untilMs: Math.max(fromMs, nowMs) };
  return { totals: sumOf([known, totalsOfGap(job, startMs, gap)]), fromMs: gap.untilMs };
}
