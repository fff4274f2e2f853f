/** The summary of a whole run for people: what came of it in one sentence, then a line for each thing that was counted. */
import { HIT_KINDS, type HitKind } from '../../types/hit.ts';
import { hasBeenAnswered, hasWaitedForOthers, sentOf, unsentOf } from '../counts.ts';
import { formatDuration, formatNumber, wrapped } from '../format.ts';
import { namedReason } from '../reasons.ts';
import type { TotalSummary } from '../summary.ts';
import { verdictText } from '../verdict.ts';
import { recordedText } from './recorded-text.ts';
import { goingOnSentence, resultSentence } from './result-sentence.ts';

/** What the lines begin with; `docs/reading-the-output.md` explains each. */
export const LABELS = [
  'visits',
  'hits',
  'kinds',
  'orders',
  'funnel',
  'plugin',
  'why',
  'requests',
  'responses',
  'sent late',
  'time',
  'met',
  'missed',
  'in doubt',
  'recorded',
  'seed',
  'digest',
] as const;
type Label = (typeof LABELS)[number];

interface Line {
  readonly label: Label;
  readonly text: string;
}

const LABEL_WIDTH = 11;

/** What one hit of a kind is called; several have an `s`, unless the name says otherwise. */
const KINDS: Readonly<Partial<Record<HitKind, readonly [one: string, several: string]>>> = {
  search: ['search', 'searches'],
  content: ['content view or click', 'content views and clicks'],
  cart: ['cart update', 'cart updates'],
};

function kindName(kind: HitKind, count: number): string {
  const [one, several] = KINDS[kind] ?? [kind, `${kind}s`];
  return count === 1 ? one : several;
}

/** `12 accepted, 3 failed`: what is not zero. */
function counts(entries: readonly (readonly [string, number])[]): string {
  const shown = entries.filter(([, count]) => count > 0);
  return shown.map(([name, count]) => `${formatNumber(count)} ${name}`).join(', ') || 'none';
}

/** Open are those of a run that goes on, or whose process was killed. */
function visitCounts({ planned, complete, partial, failed, skipped }: TotalSummary['visits']): string {
  return counts([
    ['complete', complete],
    ['partial', partial],
    ['failed', failed],
    ['skipped', skipped],
    ['open', planned - complete - partial - failed - skipped],
  ]);
}

/** What was to be sent, and what became of it. */
function planLines({ visits, hits, reasons, dryRun }: TotalSummary): Line[] {
  const ofVisits = dryRun ? '' : `: ${visitCounts(visits)}`;
  const ofHits = counts([
    ['accepted', hits.accepted],
    ['rejected', hits.rejected],
    ['failed', hits.failed],
    ['unknown', hits.unknown],
    ['deferred', reasons.deferred ?? 0],
    ['skipped', unsentOf(hits, reasons)],
    ['open', hits.planned - sentOf(hits) - hits.skipped],
  ]);
  return [
    { label: 'visits', text: `${formatNumber(visits.planned)} planned${ofVisits}` },
    { label: 'hits', text: `${formatNumber(hits.planned)} planned${dryRun ? '' : `: ${ofHits}`}` },
  ];
}

/** What the hits were: those that were accepted, in a dry run those that are planned. */
function contentLines({ kinds, revenue, currency, funnels, dryRun }: TotalSummary): Line[] {
  const state = dryRun ? 'planned' : 'accepted';
  const money = `${formatNumber(revenue, 2)} ${currency ?? 'of several currencies'}`;
  return [
    {
      label: 'kinds',
      text: `${state}: ${counts(HIT_KINDS.map((kind) => [kindName(kind, kinds[kind]), kinds[kind]] as const))}`,
    },
    { label: 'orders', text: `${formatNumber(kinds.order)} ${state}, worth ${money}` },
    ...Object.entries(funnels).map(([name, { steps }]): Line => {
      const end = steps.indexOf(0) + 1;
      const shown = steps.slice(0, end > 0 ? end : steps.length).map((count) => formatNumber(count));
      const visits = [...shown, ...(shown.length < steps.length ? ['…'] : [])].join(' > ');
      return { label: 'funnel', text: `${name}, visits ${state}: ${visits}` };
    }),
  ];
}

/** Visits of each behaviour of a plugin, and their share of all visits. */
function behaviourLines({ behaviours = {}, visits, dryRun }: TotalSummary): Line[] {
  return Object.entries(behaviours).map(([name, of]) => {
    const share = `${((100 * of.planned) / Math.max(1, visits.planned)).toFixed(1)} %`;
    const outcomes = dryRun ? '' : `: ${visitCounts(of)}`;
    const planned = `${formatNumber(of.planned)} visit${of.planned === 1 ? '' : 's'} planned`;
    return { label: 'plugin', text: `${name}, ${planned} (${share})${outcomes}` };
  });
}

function reasonLines({ reasons }: TotalSummary): Line[] {
  const entries = Object.entries(reasons).map(([reason, count]) => [namedReason(reason), count] as const);
  return entries.length > 0 ? [{ label: 'why', text: `not accepted: ${counts(entries)}` }] : [];
}

/** With the number of requests at a time that the target was found to take. */
function requestsText(summary: TotalSummary): string {
  const { requests, retries, failedAttempts = {}, inFlight, command } = summary;
  const failed = Object.entries(failedAttempts);
  const why = failed.length > 0 ? ` (failed attempts: ${counts(failed)})` : '';
  const text = `${formatNumber(requests)} sent, ${formatNumber(retries)} retries${why}`;
  if (!inFlight) return text;
  const { most, settledAt } = inFlight;
  if (settledAt === null) return `${text}, up to ${formatNumber(most)} at a time`;
  const found = `${text}, about ${formatNumber(settledAt)} at a time`;
  if (settledAt >= most) return found;
  // A live run is held back by failures alone. A backfill may have been by either, and the counts do not tell by which.
  if (command === 'run') return `${found}: with more, half of them failed`;
  return failed.length > 0 ? found : `${found}: with ${formatNumber(most)}, responses only took longer`;
}

const msText = (ms: number) => `${formatNumber(ms)} ms`;

/** What this process did: requests of an earlier one are in none of these. */
function deliveryLines(summary: TotalSummary): Line[] {
  const { command, requests, latencyMs, lagMs, durationMs, pausedMs = 0, hits, acceptedNow } = summary;
  const paused = pausedMs > 0 ? ` (paused for ${formatDuration(pausedMs)})` : '';
  const time = `${formatDuration(durationMs)}${paused}`;
  // Nothing was sent, so nothing was measured: an earlier process had done it all.
  if (requests === 0) {
    return [
      { label: 'requests', text: requestsText(summary) },
      { label: 'time', text: time },
    ];
  }
  const rate = (acceptedNow / Math.max(1, durationMs - pausedMs)) * 1000;
  const earlier = hits.accepted - acceptedNow;
  const before =
    earlier > 0
      ? `; ${formatNumber(earlier)} of the accepted hits were sent before and do not count in the rate`
      : '';
  const { p50, p95, p99, max } = latencyMs;
  const hasResponse = acceptedNow > 0 || hasBeenAnswered(summary);
  const waited =
    command === 'run' && hasWaitedForOthers(summary.failedAttempts)
      ? '; hits that waited behind one without a response are timed from when they were due'
      : '';
  return [
    { label: 'requests', text: requestsText(summary) },
    {
      label: 'responses',
      text: hasResponse
        ? `p50 ${msText(p50)}, p95 ${msText(p95)}, p99 ${msText(p99)}, max ${msText(max)}${waited}`
        : 'none',
    },
    ...(command === 'run'
      ? [
          {
            label: 'sent late',
            text: `p50 ${msText(lagMs.p50)}, p99 ${msText(lagMs.p99)}, max ${msText(lagMs.max)}`,
          } as const,
        ]
      : []),
    { label: 'time', text: `${time}, ${formatNumber(rate, rate < 9.95 ? 1 : 0)} accepted hits/s${before}` },
  ];
}

function thresholdLines({ thresholds = [], targets }: TotalSummary): Line[] {
  return thresholds.map((verdict) => ({
    label: verdict.isMet ? 'met' : 'missed',
    text: `${targets ? `${verdict.target}: ` : ''}${verdictText(verdict)}`,
  }));
}

function inDoubtLines({ inDoubt }: TotalSummary): Line[] {
  if (!inDoubt) return [];
  const { recorded, resent, unknown } = inDoubt;
  const text = counts([
    ['recorded', recorded],
    ['sent again', resent],
    ['left unknown', unknown],
  ]);
  return [{ label: 'in doubt', text: `requests that may have been recorded: ${text}` }];
}

function linesOf(summary: TotalSummary): Line[] {
  const recorded = recordedText(summary);
  return [
    ...planLines(summary),
    ...contentLines(summary),
    ...behaviourLines(summary),
    ...reasonLines(summary),
    ...(summary.dryRun ? [] : deliveryLines(summary)),
    ...thresholdLines(summary),
    ...inDoubtLines(summary),
    ...(recorded === undefined ? [] : [{ label: 'recorded', text: recorded } as const]),
    { label: 'seed', text: summary.seed },
    ...(summary.digest === 'unknown' || /^0+$/.test(summary.digest)
      ? []
      : [{ label: 'digest', text: summary.digest } as const]),
  ];
}

/** An error came before anything was sent: there is nothing to count. */
export function isRefused({ error, dryRun, requests, hits }: TotalSummary): boolean {
  return error !== undefined && !dryRun && requests === 0 && hits.planned === hits.skipped;
}

/** @param isGoingOn it has not ended */
export function summaryText(summary: TotalSummary, isGoingOn = false): string {
  const sentence = isGoingOn ? goingOnSentence(summary) : resultSentence(summary);
  const result = `${wrapped(sentence, 0)}\n`;
  if (isRefused(summary)) return result;
  const lines = linesOf(summary).map(
    ({ label, text }) => `${label.padEnd(LABEL_WIDTH)}${wrapped(text, LABEL_WIDTH)}\n`,
  );
  return `${result}\n${lines.join('')}`;
}
