/** What came of a run or a backfill, in one sentence: the worst first. */
import { missingOf, unsentOf } from '../counts.ts';
import { formatNumber } from '../format.ts';
import { reasonOf } from '../reasons.ts';
import type { TotalSummary } from '../summary.ts';

/** Why hits never left, but for the end of the run. */
const SKIPS: readonly (readonly [reason: string, text: string])[] = [
  ['late', 'not sent because the server was too slow'],
  ['behind', 'not sent because this machine was too slow'],
  ['capped', 'held back by the daily cap'],
  ['paused', 'not sent because the run was paused'],
  ['target-down', 'not sent because the target was down'],
];
const MOST_REASONS = 3;

/** `1 visit`, `2 visits`. */
function counted(count: number, one: string): string {
  return `${formatNumber(count)} ${one}${count === 1 ? '' : 's'}`;
}

const was = (count: number) => (count === 1 ? 'was' : 'were');

/** What ended a live run, as a reason for visits that were cut off. */
function endText({ endedBy, dryRun }: TotalSummary): string {
  if (dryRun) return 'the run ends';
  switch (endedBy) {
    case 'signal':
      return 'the run was stopped';
    case 'threshold':
      return 'a threshold was missed';
    case 'failure':
      return 'the run failed';
    default:
      return 'the run ended';
  }
}

function cutOffText(summary: TotalSummary): string | undefined {
  const { cutOffVisits: cutOff, visits, dryRun } = summary;
  if (cutOff === 0) return undefined;
  const would = dryRun ? 'would be' : was(cutOff);
  return `${formatNumber(cutOff)} of ${counted(visits.planned, 'visit')} ${would} cut off because ${endText(summary)}`;
}

/** Reasons of hits that left, the most frequent first: those of skips are told apart. */
function reasonsText({ reasons }: TotalSummary): string {
  const names = Object.entries(reasons)
    .filter(([reason]) => !SKIPS.some(([skip]) => skip === reason) && reason !== 'stopped')
    .sort(([, one], [, other]) => other - one)
    .map(([reason]) => reasonOf(reason).what);
  return names.length === 0 ? '' : `: ${names.slice(0, MOST_REASONS).join(', ')}`;
}

/** `3 failed, 2 of unknown outcome: no connection, HTTP 503` */
function lossesText(summary: TotalSummary): string {
  const { hits, reasons } = summary;
  const counts = [
    ['failed', hits.failed],
    // By itself it would read as a property of the reason: "unknown: HTTP 503".
    ['of unknown outcome', hits.unknown],
    ['rejected', hits.rejected],
    ['deferred', reasons.deferred ?? 0],
  ] as const;
  const parts = counts.filter(([, count]) => count > 0);
  const kinds = parts.map(([kind, count]) => (parts.length === 1 ? kind : `${formatNumber(count)} ${kind}`));
  return `${kinds.join(', ')}${reasonsText(summary)}`;
}

function lostText(summary: TotalSummary): string | undefined {
  const { hits, reasons } = summary;
  const lost = missingOf(hits, reasons);
  if (lost === 0) return undefined;
  return `${formatNumber(lost)} of ${counted(hits.planned, 'hit')} ${was(lost)} lost (${lossesText(summary)})`;
}

/** Of a backfill that a resume can continue: what there is, and what is left. */
function unfinishedText(summary: TotalSummary): string {
  const { visits, hits, reasons, endedBy } = summary;
  const lost = missingOf(hits, reasons);
  const unsent = unsentOf(hits, reasons);
  const parts = [
    `${formatNumber(hits.accepted)} of ${counted(hits.planned, 'hit')} ${was(hits.accepted)} accepted`,
    ...(lost > 0 ? [`${formatNumber(lost)} ${was(lost)} lost (${lossesText(summary)})`] : []),
    ...(unsent > 0 ? [`${formatNumber(unsent)} ${was(unsent)} not sent`] : []),
  ];
  const last = parts.pop();
  const all = parts.length > 0 ? `${parts.join(', ')}, and ${last}` : last;
  // It plans as it goes on: days that it did not come to are in none of these numbers.
  const of = visits.planned > 0 ? `of the ${counted(visits.planned, 'visit')} that it came to, ` : '';
  return `the backfill ${endedBy === 'signal' ? 'was stopped' : 'is not complete'}: ${of}${all}`;
}

/** Skips that are not the end's doing. */
function skippedText({ reasons }: TotalSummary): string[] {
  return SKIPS.flatMap(([reason, text]) => {
    const count = reasons[reason] ?? 0;
    return count > 0 ? [`${counted(count, 'hit')} ${was(count)} ${text}`] : [];
  });
}

function thresholdText({ thresholds = [] }: TotalSummary): string | undefined {
  const missed = thresholds.filter(({ isMet }) => !isMet).length;
  if (missed === 0) return undefined;
  return thresholds.length === 1
    ? 'the threshold was missed'
    : `${missed} of ${thresholds.length} thresholds ${was(missed)} missed`;
}

function acceptedText({ hits, requests, thresholds = [], failedAttempts = {} }: TotalSummary): string {
  const isAll = hits.accepted === hits.planned;
  if (isAll && requests === 0)
    return `nothing was left to send: all ${counted(hits.planned, 'hit')} were accepted before`;
  const met =
    thresholds.length > 0 && thresholds.every(({ isMet }) => isMet)
      ? `, and ${thresholds.length === 1 ? 'the threshold was' : 'all thresholds were'} met`
      : '';
  if (isAll && hits.planned === 1) return `the 1 hit was accepted${met}`;
  if (isAll) return `all ${formatNumber(hits.planned)} hits were accepted${met}`;
  if (hits.accepted === 0) {
    const [main] = Object.entries(failedAttempts).sort(([, one], [, other]) => other - one);
    return `no hit was accepted${main ? ` (${reasonOf(main[0]).what})` : ''}${met}`;
  }
  return `${formatNumber(hits.accepted)} of ${counted(hits.planned, 'hit')} ${was(hits.accepted)} accepted${met}`;
}

/** A sentence as a part of another one. */
function within(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return /^(The|This|A|An|No|Nothing) /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function nothingText({ endedBy, command, error }: TotalSummary): string {
  if (error !== undefined) return `nothing was sent: ${within(error)}`;
  if (endedBy !== undefined) return 'nothing was sent';
  return `nothing was sent: ${command === 'run' ? 'no visit was due' : 'these days have no visits'}`;
}

const flat = (part: string | undefined): string[] => (part === undefined ? [] : [part]);

function partsOf(summary: TotalSummary): string[] {
  const { hits, visits, dryRun } = summary;
  const cutOff = cutOffText(summary);
  if (dryRun) {
    const all = `${counted(visits.planned, 'visit')} with ${counted(hits.planned, 'hit')} would be sent`;
    return hits.planned === 0 ? ['there is nothing to send'] : [all, ...(cutOff ? [cutOff] : [])];
  }
  if (hits.planned === 0) return [nothingText(summary)];
  const isUnfinished =
    summary.command === 'backfill' && summary.endedBy !== undefined && hits.accepted < hits.planned;
  if (isUnfinished) return [unfinishedText(summary), ...flat(thresholdText(summary))];
  const wrong = [lostText(summary), cutOff, ...skippedText(summary), thresholdText(summary)];
  return [...wrong.flatMap(flat), acceptedText(summary)];
}

/** Of one that has not ended: what came of its hits so far. */
export function goingOnSentence(summary: TotalSummary): string {
  const { command, hits, reasons } = summary;
  const subject = `The ${command} goes on`;
  if (hits.planned === 0) return `${subject}: it has no results so far.`;
  const lost = missingOf(hits, reasons);
  const unsent = unsentOf(hits, reasons);
  const open = hits.planned - hits.accepted - lost - unsent;
  const parts = [
    `so far, ${formatNumber(hits.accepted)} of ${counted(hits.planned, 'planned hit')} ${was(hits.accepted)} accepted`,
    ...(lost > 0 ? [`${formatNumber(lost)} ${was(lost)} lost (${lossesText(summary)})`] : []),
    ...(unsent > 0 ? [`${formatNumber(unsent)} ${was(unsent)} not sent`] : []),
    ...(open > 0 ? [`${formatNumber(open)} ${open === 1 ? 'is' : 'are'} still to come`] : []),
  ];
  return `${subject}: ${parts.join(', ')}.`;
}

/** Begins with a capital and ends with a full stop. */
export function resultSentence(summary: TotalSummary): string {
  const text = partsOf(summary).join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
