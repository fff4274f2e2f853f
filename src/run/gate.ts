/** Which visits a run lets in: the daily cap, the number to stop after, and visits dropped on their way. */
import type { VisitRecord } from '../types/hit.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { Shard } from '../types/shard.ts';

/** `admit`: send it. `capped`: the day has enough. `paused`: the run sends nothing. `full`: the run has enough and ends. */
export type Admission = 'admit' | 'capped' | 'paused' | 'full';

export interface Gate {
  /** Undefined when visits of the day can be asked for; else resolves when they can. */
  readiness(day: LocalDate): Promise<void> | undefined;
  /**
   * Asked once for each visit, when its first hit is due and the gate is ready for its day.
   * @param isPaused nothing is sent for now: what would be let in is not, and counts towards no limit
   */
  admit(visit: Pick<VisitRecord, 'key'>, isPaused?: boolean): Admission;
  /** The run has enough: no visit will be let in any more. */
  readonly isFull: boolean;
  /** Visits let in on the given local day. */
  admittedOn(day: LocalDate): number;
  /** How many more visits of the day would be let in; none as long as the gate is not ready for it. */
  roomOn(day: LocalDate): number;
}

/** A shard's part of a number of visits, such that the parts add up to it. */
export function shareOf(total: number, shard: Shard): number {
  const share = Math.floor(total / shard.count);
  return share + (shard.index <= total % shard.count ? 1 : 0);
}

export interface GateLimits {
  /** Visits a local day at most, 0 for no limit. */
  readonly dailyCap: number;
  /** Visits of the whole run at most, 0 for no limit. */
  readonly stopAfter: number;
  readonly shard: Shard;
  /** Visits of the local day that count towards its cap already. */
  readonly admittedBefore?: (day: LocalDate) => Promise<number>;
  /** Visits of the run that lost workers have let in, and that do not come again. */
  readonly admittedByLost?: number;
  /** Whether a lost worker has let the visit in, and counted it; undefined where it did not come to it. */
  readonly decided?: (visit: Pick<VisitRecord, 'key'>) => boolean | undefined;
}

export function createGate(limits: GateLimits): Gate {
  const { dailyCap, stopAfter, shard, admittedBefore, admittedByLost = 0, decided } = limits;
  const perDay = dailyCap === 0 ? Number.POSITIVE_INFINITY : shareOf(dailyCap, shard);
  const inAll = stopAfter === 0 ? Number.POSITIVE_INFINITY : shareOf(stopAfter, shard);
  const byDay = new Map<LocalDate, number>();
  let admitted = admittedByLost;
  return {
    readiness(day) {
      if (byDay.has(day)) return undefined;
      if (perDay !== Number.POSITIVE_INFINITY && admittedBefore)
        return admittedBefore(day).then((count) => void byDay.set(day, count));
      byDay.set(day, 0);
      return undefined;
    },
    get isFull() {
      return admitted >= inAll;
    },
    admittedOn: (day) => byDay.get(day) ?? 0,
    roomOn(day) {
      const known = byDay.get(day);
      return known === undefined ? 0 : Math.min(perDay - known, inAll - admitted);
    },
    admit(visit, isPaused = false) {
      const { key } = visit;
      const earlier = decided?.(visit);
      if (earlier === false) return 'capped';
      if (earlier === true) {
        admitted++;
        return 'admit';
      }
      if (admitted >= inAll) return 'full';
      const today = byDay.get(key.day) ?? 0;
      if (today >= perDay) return 'capped';
      if (isPaused) return 'paused';
      byDay.set(key.day, today + 1);
      admitted++;
      return 'admit';
    },
  };
}
