/** How far each day is while it is planned and sent: its batches, its visits, its digest, and whether all of it is settled. */
import type { DayExtent } from '../../ledger/ledger.ts';
import { NO_DIGEST, sumOfDigests, TrafficDigest } from '../../plan/digest.ts';
import { type Batch, firstVisitOf, hitCountOf } from '../../types/delivery.ts';
import type { VisitRecord } from '../../types/hit.ts';
import type { LocalDate } from '../../types/local-date.ts';

interface OpenDay {
  readonly date: LocalDate;
  readonly digest: TrafficDigest;
  visits: number;
  firstBatch: number;
  batches: number;
  plannedHits: number;
  settledHits: number;
  /** No batch of it is still to come. */
  isTaken: boolean;
}

export interface DayProgress {
  plan(visit: VisitRecord): void;
  /** The batch comes off the timeline: to be called for each one of a backfill, in their order. */
  take(batch: Batch): void;
  /** The ledger has the batch as settled, or will have with the next commit. */
  settle(batch: Batch): void;
  /** No batch is still to come. */
  end(): void;
  /** To be called once for each day, when nothing of it is under way: null unless every batch of it was settled. */
  close(date: LocalDate): DayExtent | null;
  /** Digest of the days that were planned. */
  readonly digest: string;
}

export function createDayProgress(): DayProgress {
  const days = new Map<LocalDate, OpenDay>();
  let closedDigest = NO_DIGEST;
  let latest: OpenDay | undefined;

  function dayOf(date: LocalDate): OpenDay {
    if (latest?.date === date) return latest;
    let day = days.get(date);
    if (!day) {
      day = {
        date,
        digest: new TrafficDigest(),
        visits: 0,
        firstBatch: 0,
        batches: 0,
        plannedHits: 0,
        settledHits: 0,
        isTaken: false,
      };
      days.set(date, day);
    }
    return day;
  }

  function dayOfBatch(batch: Batch): OpenDay | undefined {
    const first = firstVisitOf(batch);
    return first && dayOf(first.key.day);
  }

  return {
    plan({ key, kinds, digest }) {
      const day = dayOf(key.day);
      // A backfill takes the days one after the other.
      if (latest && latest !== day) latest.isTaken = true;
      latest = day;
      day.digest.add(digest);
      day.visits++;
      day.plannedHits += kinds.length;
    },
    take(batch) {
      const day = dayOfBatch(batch);
      if (!day) return;
      if (day.batches === 0) day.firstBatch = batch.id;
      day.batches++;
    },
    settle(batch) {
      const day = dayOfBatch(batch);
      if (day) day.settledHits += hitCountOf(batch);
    },
    end() {
      if (latest) latest.isTaken = true;
    },
    close(date) {
      const day = days.get(date);
      if (!day) return null;
      days.delete(date);
      if (latest === day) latest = undefined;
      const digest = day.digest.value;
      closedDigest = sumOfDigests([closedDigest, digest]);
      const { firstBatch, batches, visits, isTaken, settledHits, plannedHits } = day;
      if (!isTaken || settledHits !== plannedHits) return null;
      return { firstBatch, batches, visits, digest };
    },
    get digest() {
      return sumOfDigests([closedDigest, ...[...days.values()].map(({ digest }) => digest.value)]);
    },
  };
}
