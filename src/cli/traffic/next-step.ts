/** What to do after a backfill that is not finished: how far it came, and the command that goes on with it. */
import { countsOfDays } from '../../ledger/day-counts.ts';
import type { Ledger, RunRow } from '../../ledger/ledger.ts';
import { progressText } from '../../report/format.ts';
import { shellWord } from '../files/provenance.ts';
import type { TrafficOptions } from '../options/traffic-options.ts';

/** Every shard has a run of its own. */
async function shardsOf(ledger: Ledger, of: RunRow): Promise<RunRow[]> {
  const { url, site, command, from, to, startedMs, shard } = of;
  const count = shard.split('/')[1];
  const runs = await ledger.runs({ url, site, command });
  return runs.filter(
    (run) =>
      run.from === from && run.to === to && run.startedMs === startedMs && run.shard.split('/')[1] === count,
  );
}

/** Secrets come from where they came from this time: the file that is named here, or the environment. */
function commandFor({ id }: RunRow, { config, shards }: TrafficOptions): string {
  return [
    ...['trafficinator', 'backfill'],
    ...(config === false ? ['--no-config'] : []),
    ...(typeof config === 'string' ? ['--config', config] : []),
    ...(shards === undefined ? [] : ['--shards', String(shards)]),
    ...['--resume', String(id)],
  ]
    .map(shellWord)
    .join(' ');
}

/** `11,170 of 40,000 visits (28 %). Continue: …`; undefined for a run that is done, or that nobody can continue. */
export async function nextStepText(
  ledger: Ledger,
  runId: number,
  options: TrafficOptions,
): Promise<string | undefined> {
  const run = await ledger.run(runId);
  if (run?.command !== 'backfill' || Object.keys(run.settings).length === 0) return undefined;
  const all = await shardsOf(ledger, run);
  if (all.every(({ outcome }) => outcome === 'done')) return undefined;
  const days = await Promise.all(all.map(({ id }) => ledger.days(id)));
  const { visits } = countsOfDays(days.flat());
  const planned = all.reduce((sum, { plannedVisits }) => sum + (plannedVisits ?? 0), 0);
  return `${progressText(visits.complete ?? 0, planned)}. Continue: ${commandFor(run, options)}`;
}
