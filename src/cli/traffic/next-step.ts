/** What to do after a backfill that is not finished: how far it came, and the command that goes on with it. */
import { countsOfDays } from '../../ledger/day-counts.ts';
import type { Ledger, RunRow } from '../../ledger/ledger.ts';
import type { KnownRun, RecordedRun, RunHistory } from '../../ledger/run-history.ts';
import { progressText } from '../../report/format.ts';
import { ledgerArgs } from '../cluster/ledger-address.ts';
import { shellWord } from '../files/provenance.ts';
import type { TrafficOptions } from '../options/traffic-options.ts';

/** Every shard has a run of its own. */
async function shardsOf(ledger: Ledger, of: KnownRun): Promise<RunRow[]> {
  const { url, site, command, from, to, startedMs, shard } = of;
  const count = shard.split('/')[1];
  const runs = await ledger.runs({ url, site, command });
  return runs.filter(
    (run) =>
      run.from === from && run.to === to && run.startedMs === startedMs && run.shard.split('/')[1] === count,
  );
}

/** Secrets come from where they came from this time: the file that is named here, or the environment. */
function commandFor({ id }: KnownRun, ledger: readonly string[], { config, shards }: TrafficOptions): string {
  return [
    ...['trafficinator', 'backfill'],
    ...(config === false ? ['--no-config'] : []),
    ...(typeof config === 'string' ? ['--config', config] : []),
    ...(shards === undefined ? [] : ['--shards', String(shards)]),
    ...ledger,
    ...['--resume', String(id)],
  ]
    .map(shellWord)
    .join(' ');
}

/** Visits that are complete, and those that were planned; undefined for a run that is done. */
async function progressOf(
  ledger: Ledger,
  { run, shards, counts }: RecordedRun,
): Promise<{ readonly complete: number; readonly planned: number | undefined } | undefined> {
  if (shards !== undefined) {
    const { plannedVisits, outcome } = run;
    if (outcome === 'done') return undefined;
    return { complete: counts.visits.complete ?? 0, planned: plannedVisits ?? undefined };
  }
  const all = await shardsOf(ledger, run);
  if (all.every(({ outcome }) => outcome === 'done')) return undefined;
  const days = await Promise.all(all.map(({ id }) => ledger.days(id)));
  const planned = all.reduce((sum, { plannedVisits }) => sum + (plannedVisits ?? 0), 0);
  return { complete: countsOfDays(days.flat()).visits.complete ?? 0, planned };
}

export interface NextStepSources {
  readonly ledger: Ledger;
  readonly history: RunHistory;
  /** Of the command line. */
  readonly args: readonly string[];
}

/** `11,170 of 40,000 visits (28 %). Continue: …`; undefined for a run that is done, or that nobody can continue. */
export async function nextStepText(
  { ledger, history, args }: NextStepSources,
  runId: number,
  options: TrafficOptions,
): Promise<string | undefined> {
  const recorded = await history.run(runId);
  if (recorded?.run.command !== 'backfill' || Object.keys(recorded.run.settings).length === 0)
    return undefined;
  const progress = await progressOf(ledger, recorded);
  if (!progress) return undefined;
  const { complete, planned } = progress;
  return `${progressText(complete, planned)}. Continue: ${commandFor(recorded.run, ledgerArgs(args), options)}`;
}
