/** What the numbers of a backfill's plan mean, in sentences: why a day has so many visits, and how long the sending takes. */
import { formatNumber } from '../../../report/format.ts';
import type { BackfillPlan } from '../../api/schema.ts';

type Volume = NonNullable<BackfillPlan['volume']>;
type Cause = Volume['causes'][number];

const WORDS: Readonly<Record<Cause['cause'], string>> = {
  season: 'the season',
  weekdays: 'weekdays',
  holidays: 'holidays',
  trend: 'the slow trend',
  events: 'declared events',
  chance: 'chance',
};

const signed = (percent: number) => `${percent < 0 ? '−' : '+'}${formatNumber(Math.abs(percent))} %`;
const percentOf = ({ factor }: { readonly factor: number }) => Math.round((factor - 1) * 100);

function causeTexts({ causes }: Volume): string[] {
  return causes.flatMap((one) =>
    percentOf(one) === 0 ? [] : [`${WORDS[one.cause]} ${signed(percentOf(one))}`],
  );
}

/** Why the mean is not the number that is set; undefined where it is. */
function meanReason(volume: Volume): string | undefined {
  const { mode, perDay } = volume;
  const texts = causeTexts(volume);
  const set = formatNumber(perDay);
  if (mode === 'average') {
    const why = texts.length > 0 ? ` In these days: ${texts.join(', ')}.` : '';
    return `${set} a day is the mean of whole years: days differ by season, weekday, holidays, trend and chance.${why}`;
  }
  return texts.length > 0 ? `${set} a day, changed by ${texts.join(', ')}.` : undefined;
}

/** One sentence each; none where every day has just the number that is set. */
export function volumeReasons({ visits, days, volume, targets }: BackfillPlan): string[] {
  if (volume === null) return [];
  const { setPerDay, perDay, isForEach, daysAtCap, isCutOff, hasToday } = volume;
  const count = Math.max(1, days.length);
  const mean = visits / count / (isForEach ? targets.length : 1);
  const each = isForEach ? ' to each target' : '';
  const reason = meanReason(volume);
  const isAsSet = Math.round(mean) === setPerDay && reason === undefined;
  return [
    ...(count > 1 || !isAsSet
      ? [`On average ${formatNumber(mean)} a day${each}${isAsSet ? ', as set' : ''}.`]
      : []),
    ...(setPerDay === perDay
      ? []
      : [
          `${formatNumber(setPerDay)} a day are set; “Max visits per day” of a backfill limits them to ${formatNumber(perDay)}.`,
        ]),
    ...(reason ? [reason] : []),
    ...(daysAtCap > 0
      ? [`“Max visits per day” cuts off ${daysAtCap} ${daysAtCap === 1 ? 'day' : 'days'}.`]
      : []),
    ...(isCutOff ? ['The last visits are left out: “Max visits total” is reached.'] : []),
    ...(hasToday ? ['Of today only those visits that are over.'] : []),
  ];
}

/** In the currency of the site, where it is known. */
export function revenueText({ revenue, currency }: BackfillPlan): string {
  return `${formatNumber(revenue ?? 0, 2)} ${currency ?? 'in several currencies'}`;
}

/** Of an estimate, two digits are enough. */
function roughDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  return `${formatNumber(minutes / 60, minutes < 600 ? 1 : 0)} hours`;
}

export function sendingText({ sending, targets }: BackfillPlan): string {
  if (sending === null) return 'As fast as the server responds; “RPS limit” slows it down.';
  const { requestsPerSecond, requests, durationMs } = sending;
  const rate = `${formatNumber(requestsPerSecond, Number.isInteger(requestsPerSecond) ? 0 : 2)} a second`;
  const what = `about ${formatNumber(requests)} requests${targets.length > 1 ? ' to each target' : ''}`;
  return `About ${roughDuration(durationMs)}: ${what} at ${rate}, if the server keeps up.`;
}
