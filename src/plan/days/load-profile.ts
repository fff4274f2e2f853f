/** Load profiles: visits a second over the course of a run, and the arrivals that follow them. */
import type { LoadProfile, LoadStage } from '../../types/load-profile.ts';
import { log } from '../exact-math.ts';
import { CONCERN, type RandomSource, type RandomStream } from '../random.ts';
import type { Arrival } from '../timeline.ts';
import type { Calendar } from './calendar.ts';

const SECOND_MS = 1000;
/** The longest local day has 25 hours. */
const SECONDS_A_DAY = 90_000;
/** Draws of a Poisson number further above the mean than so many standard deviations are cut off. */
const DEVIATIONS = 8;

/** Visits a second at an instant of the run; undefined once the profile has ended. */
export function rateAt({ stages }: LoadProfile, atMs: number): number | undefined {
  let startMs = 0;
  for (const { ms, from, to } of stages) {
    if (atMs < startMs + ms) return from + ((to - from) * (atMs - startMs)) / ms;
    startMs += ms;
  }
  return undefined;
}

/** How long the profile lasts, in ms: infinite where it does not end. */
export function lengthOf({ stages }: LoadProfile): number {
  return stages.reduce((sum, { ms }) => sum + ms, 0);
}

function peakOf({ stages }: LoadProfile): number {
  return Math.max(...stages.flatMap(({ from, to }) => [from, to]));
}

/** Visits that one second can have: the running numbers of visits leave room for so many in each. */
function roomPerSecond(profile: LoadProfile): number {
  const peak = peakOf(profile);
  return Math.ceil(peak + DEVIATIONS * Math.sqrt(peak) + DEVIATIONS);
}

/** The number of visits a day with which a plan has room for the profile at any time of the day. */
export function visitsPerDayFor(profile: LoadProfile): number {
  return SECONDS_A_DAY * roomPerSecond(profile);
}

/** All rates times the factor. */
export function scaled({ stages }: LoadProfile, factor: number): LoadProfile {
  const scaledStage = ({ ms, from, to }: LoadStage) => ({ ms, from: from * factor, to: to * factor });
  return { stages: stages.map(scaledStage) };
}

/** Instants of a Poisson process of rate `peak` within a second, thinned to the profile: ms after the run's start. */
function arrivalsWithin(profile: LoadProfile, stream: RandomStream, fromMs: number, peak: number): number[] {
  const instants: number[] = [];
  let atMs = fromMs;
  for (;;) {
    atMs += (-log(1 - stream.next()) / peak) * SECOND_MS;
    if (atMs >= fromMs + SECOND_MS) return instants;
    if (stream.next() * peak < (rateAt(profile, atMs) ?? 0)) instants.push(atMs);
  }
}

/**
 * The arrivals of a run that began at the instant: a Poisson process whose rate follows the profile. Numbered by the
 * second of the local day, so that two runs of a day have visits of their own.
 */
export function* profileArrivals(
  profile: LoadProfile,
  random: RandomSource,
  calendar: Calendar,
  startMs: number,
): Generator<Arrival, undefined> {
  const peak = peakOf(profile);
  const room = roomPerSecond(profile);
  const firstSecond = Math.floor(startMs / SECOND_MS);
  let day = calendar.dayAt(startMs);
  for (let second = 0; rateAt(profile, second * SECOND_MS) !== undefined; second++) {
    const stream = random.stream(CONCERN.profile, firstSecond + second, 0);
    const offsets = peak > 0 ? arrivalsWithin(profile, stream, second * SECOND_MS, peak) : [];
    let rank = 0;
    for (const offset of offsets.slice(0, room)) {
      const instantMs = Math.floor(startMs + offset);
      if (instantMs >= day.endMs) {
        day = calendar.dayAt(instantMs);
        rank = 0;
      }
      // Before midnight a second of the run may be cut in two: its visits then belong to two days.
      const secondOfDay = Math.max(
        0,
        Math.floor((startMs + second * SECOND_MS - day.startMs) / SECOND_MS) + 1,
      );
      yield { day, index: secondOfDay * room + rank, startMs: instantMs };
      rank++;
    }
  }
}
