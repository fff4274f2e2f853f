/** The windows of each backfill as jobs that are carried out one after the other, and their ends put together again. */
import type { BackfillJob, Job } from '../../job/job.ts';
import type { JobResult } from '../../job/job-run.ts';
import { sumOfInDoubt } from '../../job/ledger/in-doubt.ts';
import type { SentDay } from '../../job/ledger/remaining-days.ts';
import { type ExistingPolicy, windowsToSend } from '../../job/ledger/windows-to-send.ts';
import { type TargetEnd, worstExitCode } from '../../job/run-jobs.ts';
import { type Ledger, shownNumber } from '../../ledger/ledger.ts';
import { sumOf } from '../../ledger/sum.ts';
import { sumOfDigests } from '../../plan/digest.ts';
import { partOf } from '../../shards/run-in-shards.ts';
import type { Log } from '../output/log.ts';

/** A job, and the windows of it that are to be sent: none where all days were sent before. */
export interface Divided {
  readonly job: Job;
  readonly parts: readonly Job[];
  readonly sent: readonly SentDay[];
}

async function divided(ledger: Ledger, job: Job, shards: number, existing: ExistingPolicy): Promise<Divided> {
  if (job.command === 'run') return { job, parts: [job], sent: [] };
  const ofShards: BackfillJob[] =
    shards === 1
      ? [job]
      : Array.from({ length: shards }, (_, i) => partOf(job, { index: i + 1, count: shards }));
  const { windows, sent, isRemainder } = await windowsToSend(ledger, ofShards, existing);
  const [only, ...others] = windows;
  const isWhole = only?.from === job.from && only.to === job.to && others.length === 0;
  if (isWhole && !isRemainder) return { job, parts: [job], sent };
  return { job, parts: windows.map((window) => ({ ...job, ...window, isRemainder })), sent };
}

export function divideAll(
  ledger: Ledger,
  jobs: readonly Job[],
  shards: number,
  existing: ExistingPolicy,
): Promise<Divided[]> {
  return Promise.all(jobs.map((job) => divided(ledger, job, shards, existing)));
}

/** Neighbouring days of one run as one text: `2026-10-01 to 2026-10-07 (run 12)`. */
function sentText(days: readonly SentDay[]): string {
  const groups: { first: string; last: string; of: SentDay['run'] }[] = [];
  for (const { date, run } of days) {
    const group = groups.at(-1);
    if (group && shownNumber(group.of) === shownNumber(run)) group.last = date;
    else groups.push({ first: date, last: date, of: run });
  }
  return groups
    .map(({ first, last, of }) => {
      const state =
        of.outcome === 'done' ? '' : `, not finished: trafficinator backfill --resume ${shownNumber(of)}`;
      return `${first === last ? first : `${first} to ${last}`} (run ${shownNumber(of)}${state})`;
    })
    .join(', ');
}

/** Names the days that are left out because they were sent before, and warns where that may not be all of them. */
export function logSentDays(log: Log, all: readonly Divided[]): void {
  for (const { job, parts, sent } of all) {
    const name = all.length > 1 ? `${job.name}: ` : '';
    const done = sent.filter(({ run }) => run.outcome === 'done');
    const begun = sent.filter(({ run }) => run.outcome !== 'done');
    const what = parts.length === 0 ? 'nothing to do: already sent' : 'skipped because already sent';
    if (done.length > 0) log.info(`${name}${what}: ${sentText(done)}`, { code: 'days-sent' });
    if (begun.length > 0) {
      log.warning(
        `${name}Days are left out that another run has begun and not finished: ${sentText(begun)}.`,
        {
          code: 'days-begun',
          hint: 'The command that is named sends the rest of them.',
        },
      );
    }
  }
}

/** One end for all windows of a job. */
function merged(results: readonly JobResult[]): JobResult | undefined {
  const last = results.at(-1);
  if (!last || results.length === 1) return last;
  const sum = (of: (result: JobResult) => number) => results.reduce((total, one) => total + of(one), 0);
  return {
    ...last,
    wasDone: results.every(({ wasDone }) => wasDone),
    totals: sumOf(results.map(({ totals }) => totals)),
    digest: sumOfDigests(results.map(({ digest }) => digest)),
    durationMs: sum(({ durationMs }) => durationMs),
    pausedMs: sum(({ pausedMs }) => pausedMs),
    verdicts: results.flatMap(({ verdicts }) => verdicts),
    points: results.flatMap(({ points }) => points),
    exitCode: worstExitCode(results.map(({ exitCode }) => exitCode)),
    inDoubt: sumOfInDoubt(results.map(({ inDoubt }) => inDoubt)),
    error: results.find(({ error }) => error)?.error,
  };
}

/** @param ends of the job's parts, as many as were carried out; undefined where there were none */
export function endOfAll({ job, parts }: Divided, ends: readonly TargetEnd[]): TargetEnd | undefined {
  const own = ends.filter((end) => parts.includes(end.job));
  const refused = own.find(({ result }) => result === undefined);
  const result = merged(own.flatMap((end) => end.result ?? []));
  if (result) return { job, result, error: result.error ?? refused?.error };
  return refused?.error && { job, result: undefined, error: refused.error };
}

/** A window that came to a bad end keeps those after it from being sent. */
export function mayGoOn(ends: readonly TargetEnd[], parts: readonly Job[]): boolean {
  return ends.every(({ job, error }) => !parts.includes(job) || error === undefined);
}
