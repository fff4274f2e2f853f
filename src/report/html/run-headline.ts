/** What came of a run or a backfill, in one sentence and a few numbers. */

import { hasWaitedForOthers, missingOf } from '../counts.ts';
import { formatDuration, formatNumber } from '../format.ts';
import type { TotalSummary } from '../summary.ts';
import { resultSentence } from '../text/result-sentence.ts';
import { undeliveredText } from '../undelivered.ts';
import type { VerificationEnd } from '../verification.ts';
import { type Figure, headline, moment, type Tone } from './headline.ts';
import { type Markup, markup } from './markup.ts';
import type { RunReport } from './run-report.ts';

function reportsText(verified: readonly VerificationEnd[]): string {
  if (verified.length === 0) return '';
  if (verified.some(({ verification }) => verification === undefined))
    return " Matomo's reports could not be read.";
  const isAll = verified.every(
    ({ verification }) => verification && undeliveredText(verification.undelivered) === undefined,
  );
  const what = isAll ? 'what was sent' : 'what was accepted';
  return verified.every(({ verification }) => verification?.isEqual)
    ? ` Matomo's reports match ${what}.`
    : ` Matomo's reports differ from ${what}.`;
}

function toneOf({ summary, errors, verified }: RunReport): Tone {
  const { thresholds = [], dryRun, hits } = summary;
  if (dryRun) return 'plain';
  if (errors.length > 0 || thresholds.some(({ isMet }) => !isMet)) return 'bad';
  if (verified.some(({ verification }) => !verification?.isEqual)) return 'bad';
  if (thresholds.length > 0) return 'good';
  if (missingOf(hits, summary.reasons) > 0) return 'bad';
  return hits.skipped > 0 || hits.planned === 0 ? 'plain' : 'good';
}

function figuresOf(summary: TotalSummary): Figure[] {
  const { visits, hits, kinds, latencyMs, lagMs, durationMs, pausedMs = 0, dryRun, command } = summary;
  const money = `${formatNumber(summary.revenue, 2)} ${summary.currency ?? 'of several currencies'}`;
  const orders = { name: 'orders', value: formatNumber(kinds.order), note: money };
  if (dryRun) {
    return [
      { name: 'visits', value: formatNumber(visits.planned) },
      { name: 'hits', value: formatNumber(hits.planned) },
      orders,
    ];
  }
  const isWaiting = command === 'run' && hasWaitedForOthers(summary.failedAttempts);
  const waited = isWaiting ? '; with the wait behind hits without a response' : '';
  const rate = (summary.acceptedNow / Math.max(1, durationMs - pausedMs)) * 1000;
  const requests = `${formatNumber(summary.requests)} requests, ${formatNumber(summary.retries)} retries`;
  const visitsLeft = (['partial', 'failed', 'skipped'] as const)
    .filter((kind) => visits[kind] > 0)
    .map((kind) => `${formatNumber(visits[kind])} ${kind}`)
    .join(', ');
  const counted: Figure[] = [
    {
      name: 'visits complete',
      value: formatNumber(visits.complete),
      note: `of ${formatNumber(visits.planned)}${visitsLeft === '' ? '' : `; ${visitsLeft}`}`,
    },
    { name: 'hits accepted', value: formatNumber(hits.accepted), note: `of ${formatNumber(hits.planned)}` },
  ];
  // Nothing was sent, so nothing was measured: an earlier process had done it all.
  if (summary.requests === 0) return [...counted, orders];
  return [
    ...counted,
    { name: 'rate', value: formatNumber(rate, rate < 10 ? 1 : 0), unit: 'hits/s accepted', note: requests },
    {
      name: 'response time',
      value: formatNumber(latencyMs.p95),
      unit: 'ms',
      note: `95th percentile (p95); p50 ${formatNumber(latencyMs.p50)}, p99 ${formatNumber(latencyMs.p99)}, max ${formatNumber(latencyMs.max)}${waited}`,
    },
    ...(command === 'run'
      ? [
          {
            name: 'sent late by',
            value: formatNumber(lagMs.p99),
            unit: 'ms',
            note: `99th percentile (p99); p50 ${formatNumber(lagMs.p50)}, max ${formatNumber(lagMs.max)}`,
          },
        ]
      : []),
    orders,
  ];
}

/** To whom, when, for how long. */
function leadOf({ summary, targets, provenance }: RunReport): (string | Markup)[] {
  const { site, durationMs, pausedMs = 0, dryRun } = summary;
  const urls = targets.map(({ url }) => url).filter((url) => url !== '');
  const to = targets.length > 1 ? `${targets.length} targets` : [`site ${site}`, ...urls].join(' at ');
  const when = moment(provenance.startedMs, provenance.timezone);
  if (dryRun) return [to, when];
  const paused = pausedMs > 0 ? `, paused for ${formatDuration(pausedMs)}` : '';
  return [to, when, `${formatDuration(durationMs)}${paused}`];
}

export function runHeadline(report: RunReport): Markup {
  const { summary, errors, verified } = report;
  const top = headline({
    kind: `${summary.command === 'run' ? 'live traffic' : 'backfill'}${summary.dryRun ? ', dry run' : ''}`,
    sentence: `${resultSentence(summary)}${reportsText(verified)}`,
    tone: toneOf(report),
    lead: leadOf(report),
    figures: figuresOf(summary),
  });
  return markup`${top}${errors.map((error) => markup`<p class="error" role="note">${error}</p>`)}`;
}
