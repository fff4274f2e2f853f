/** `trafficinator history`: past runs from the ledger. */
import { Command } from 'commander';
import type { SharedSummary } from '../../cluster/shared-summary.ts';
import { EXIT, UserError } from '../../errors.ts';
import { countsOfDay } from '../../ledger/day-counts.ts';
import type { RecordedRun, SharedProgress } from '../../ledger/run-history.ts';
import { countsOf } from '../../ledger/totals.ts';
import { formatDuration, formatNumber, progressText } from '../../report/format.ts';
import type { CliContext } from '../context.ts';
import { parseCount, parseDuration, parseRunId, valueOption } from '../options/option-values.ts';
import { printSharedSummary, sharedTotal } from '../output/shared-summary.ts';
import { openRecords, type Records } from '../traffic/ledger.ts';

interface HistoryOptions {
  readonly limit: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ trafficinator history
  $ trafficinator history show 12 --json
  $ trafficinator history prune --older-than 90d
`;

/** `2026-10-01 08:30`: UTC. */
function when(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

function stateOf({ run: { outcome, endedMs }, progress }: RecordedRun): string {
  return outcome ?? progress?.state ?? (endedMs === null ? 'unfinished' : 'ended');
}

function line(recorded: RecordedRun): string {
  const { run, counts, progress } = recorded;
  // A process that was killed has sent more than it wrote down here; its batches know, and a resume counts them.
  const isOld = run.endedMs === null && progress === undefined;
  const cells = [
    String(run.id).padStart(5),
    when(run.startedMs),
    run.command.padEnd(8),
    stateOf(recorded).padEnd(10),
    `site ${run.site}`,
    ...(run.from === null ? [] : [`${run.from} to ${run.to}`]),
  ];
  const done = `${progressText(counts.visits.complete ?? 0, run.plannedVisits ?? undefined)} complete${isOld ? ' when its counts were last written' : ''}`;
  const indent = ' '.repeat(7);
  const command = run.commandLine === null ? '' : `${indent}${run.commandLine}\n`;
  return `${cells.join('  ')}\n${indent}${done}, ${run.url}\n${command}`;
}

async function withRecords(context: CliContext, use: (records: Records) => Promise<void>): Promise<void> {
  const records = await openRecords(context);
  try {
    await use(records);
  } finally {
    await records.close();
  }
}

function jsonOf({ run, shards, progress, counts }: RecordedRun) {
  const parts = shards === undefined ? {} : { shards, ...(progress && { progress }) };
  return { schema: 1, type: 'run', ...run, ...parts, ...counts };
}

async function list({ host, log }: CliContext, { history }: Records, options: HistoryOptions): Promise<void> {
  const runs = await history.runs({ limit: options.limit });
  if (options.json === true) {
    for (const run of runs) host.stdout.write(`${JSON.stringify(jsonOf(run))}\n`);
  } else if (runs.length === 0) log.info('no runs yet');
  else {
    host.stdout.write('  run  started (UTC)     command   outcome     target\n');
    for (const run of runs) host.stdout.write(line(run));
  }
}

/** `24: 18 taken by 3 workers, 2 done, 4 free` */
function shardsText(shards: number, progress: SharedProgress | undefined): string {
  if (!progress) return String(shards);
  const { workers, taken, done } = progress;
  const by = taken === 0 ? 'taken' : `taken by ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  return `${shards}: ${taken} ${by}, ${done} done, ${shards - taken - done} free`;
}

/** Why a run waits for workers, or goes on without some of them. */
function workersText(progress: SharedProgress | undefined): [string, string][] {
  if (!progress) return [];
  const { state, alive, refusals } = progress;
  if (state === 'waiting' && alive === 0)
    return [['waits for', 'a worker: none of this ledger is running. Start one with trafficinator worker']];
  return refusals.map(({ hostname, pid, reason }) => ['no part', `worker ${pid} on ${hostname}: ${reason}`]);
}

/** A shard of a run that workers share, or a run of one process. */
function partText({ run: { shard, sharedRun }, shards, progress }: RecordedRun): [string, string] {
  if (shards !== undefined) return ['shards', shardsText(shards, progress)];
  return ['shard', sharedRun === undefined ? shard : `${shard} of run ${sharedRun}`];
}

/** Of a backfill that is over and not done: the rest, and how to send it. */
function restText({ run, counts }: RecordedRun): [string, string][] {
  const { id, command, outcome, endedMs, plannedVisits } = run;
  if (command !== 'backfill' || endedMs === null || outcome === 'done' || plannedVisits === null) return [];
  const rest = Math.max(0, plannedVisits - (counts.visits.planned ?? 0));
  return [
    ['not begun', `${formatNumber(rest)} of ${formatNumber(plannedVisits)} visits`],
    ['go on', `trafficinator backfill --resume ${id}`],
  ];
}

function factsText(recorded: RecordedRun): string {
  const { run, shards } = recorded;
  const facts: [string, string][] = [
    ['timezone', run.timezone],
    ['seed', run.seed],
    partText(recorded),
    ...workersText(recorded.progress),
    // The summary of a run that workers share has it too.
    ...(run.trafficDigest === null || shards !== undefined
      ? []
      : ([['digest', run.trafficDigest]] as [string, string][])),
    ...(shards === undefined
      ? ([['resumed', run.resumes === 1 ? 'once' : `${run.resumes} times`]] as [string, string][])
      : []),
    ...(run.endedMs === null
      ? []
      : ([['took', formatDuration(run.endedMs - run.startedMs)]] as [string, string][])),
    ...restText(recorded),
  ];
  const settings = Object.entries(run.settings);
  return [
    ...facts.map(([name, value]) => `       ${name.padEnd(10)}${value}\n`),
    ...(settings.length > 0 ? ['       settings\n'] : []),
    ...settings.map(([name, value]) => `         ${name}=${value}\n`),
  ].join('');
}

async function found({ history }: Records, id: string): Promise<RecordedRun> {
  const run = await history.run(parseRunId('<run>', id));
  if (run) return run;
  throw new UserError(`There is no run ${id}.`, {
    code: 'no-run',
    exitCode: EXIT.usage,
    hint: '`trafficinator history` lists all runs.',
  });
}

async function showShared({ host }: CliContext, of: RecordedRun, summary: SharedSummary, isJson: boolean) {
  if (isJson) {
    const days = summary.days.map(({ date, totals }) => ({ date, counts: countsOf(totals) }));
    host.stdout.write(`${JSON.stringify({ ...jsonOf(of), days, summary: sharedTotal(summary) })}\n`);
    return;
  }
  host.stdout.write(`${line(of)}${factsText(of)}\n`);
  printSharedSummary(host, summary, of.run.endedMs !== null);
}

async function show(context: CliContext, records: Records, id: string, isJson: boolean): Promise<void> {
  const { host } = context;
  const of = await found(records, id);
  const summary = of.shards === undefined ? undefined : await records.summaryOf(of.run.id);
  if (summary) return showShared(context, of, summary, isJson);
  const days = await records.ledger.days(of.run.id);
  if (isJson) {
    const shown = days.map(({ date, counts }) => ({ date, counts }));
    host.stdout.write(`${JSON.stringify({ ...jsonOf(of), days: shown })}\n`);
    return;
  }
  host.stdout.write(`${line(of)}${factsText(of)}`);
  for (const day of days) {
    const { visits, hits } = countsOfDay(day);
    host.stdout.write(
      `       ${day.date}  ${formatNumber(visits.complete ?? 0)} visits complete, ${formatNumber(hits.accepted ?? 0)} of ${formatNumber(hits.planned ?? 0)} hits accepted\n`,
    );
  }
}

export function defineHistory(context: CliContext): Command {
  const { host, clock } = context;
  const command = new Command('history')
    .description('list past runs, or show one in detail')
    .addOption(valueOption('--limit <n>', 'maximum number of runs', parseCount).default(20))
    .option('--json', 'print JSON, one object a line')
    .addHelpText('after', EXAMPLES)
    .action((options: HistoryOptions) => withRecords(context, (records) => list(context, records, options)));
  command
    .command('show <run>')
    .description('show one run and its days')
    .action((id: string, _options: unknown, own: Command) => {
      const isJson = own.optsWithGlobals<{ json?: boolean }>().json === true;
      return withRecords(context, (records) => show(context, records, id, isJson));
    });
  command
    .command('prune')
    .description('delete the record of old runs')
    .addOption(
      valueOption(
        '--older-than <time>',
        'runs that ended longer ago than this, such as 90d',
        parseDuration,
      ).makeOptionMandatory(),
    )
    .action((options: { olderThan: number }) =>
      withRecords(context, async ({ ledger }) => {
        const beforeMs = clock.now() - options.olderThan;
        host.stdout.write(`${formatNumber(await ledger.prune(beforeMs))} runs deleted\n`);
      }),
    );
  return command;
}
