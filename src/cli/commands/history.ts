/** `trafficinator history`: past runs from the ledger. */
import { Command } from 'commander';
import { EXIT, UserError } from '../../errors.ts';
import { countsOfDay, countsOfDays, type DayCounts } from '../../ledger/day-counts.ts';
import type { Ledger, RunRow } from '../../ledger/ledger.ts';
import { formatDuration, formatNumber, progressText } from '../../report/format.ts';
import type { CliContext } from '../context.ts';
import { parseCount, parseDuration, parseRunId, valueOption } from '../options/option-values.ts';
import { openLedger } from '../traffic/ledger.ts';

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

function stateOf({ outcome, endedMs }: RunRow): string {
  return outcome ?? (endedMs === null ? 'not finished' : 'ended');
}

function line(run: RunRow, { visits }: DayCounts): string {
  const cells = [
    String(run.id).padStart(5),
    when(run.startedMs),
    run.command.padEnd(8),
    stateOf(run).padEnd(9),
    `site ${run.site}`,
    ...(run.from === null ? [] : [`${run.from} to ${run.to}`]),
  ];
  const done = `${progressText(visits.complete ?? 0, run.plannedVisits ?? undefined)} complete`;
  const indent = ' '.repeat(7);
  const command = run.commandLine === null ? '' : `${indent}${run.commandLine}\n`;
  return `${cells.join('  ')}\n${indent}${done}, ${run.url}\n${command}`;
}

async function withLedger(context: CliContext, use: (ledger: Ledger) => Promise<void>): Promise<void> {
  const ledger = await openLedger(context);
  try {
    await use(ledger);
  } finally {
    await ledger.close();
  }
}

async function list({ host, log }: CliContext, ledger: Ledger, options: HistoryOptions): Promise<void> {
  const runs = await ledger.runs({ limit: options.limit });
  if (options.json === true) {
    for (const run of runs) {
      const row = { schema: 1, type: 'run', ...run, ...countsOfDays(await ledger.days(run.id)) };
      host.stdout.write(`${JSON.stringify(row)}\n`);
    }
  } else if (runs.length === 0) log.info('no runs yet');
  else {
    host.stdout.write('  run  started (UTC)     command   outcome    target\n');
    for (const run of runs) host.stdout.write(line(run, countsOfDays(await ledger.days(run.id))));
  }
}

async function show({ host }: CliContext, ledger: Ledger, id: string, isJson: boolean): Promise<void> {
  const run = await ledger.run(parseRunId('<run>', id));
  if (!run) {
    throw new UserError(`There is no run ${id}.`, {
      code: 'no-run',
      exitCode: EXIT.usage,
      hint: '`trafficinator history` lists all runs.',
    });
  }
  const days = await ledger.days(run.id);
  const sum = countsOfDays(days);
  if (isJson) {
    const shown = days.map(({ date, counts }) => ({ date, counts }));
    host.stdout.write(`${JSON.stringify({ schema: 1, type: 'run', ...run, ...sum, days: shown })}\n`);
    return;
  }
  host.stdout.write(line(run, sum));
  const facts: [string, string][] = [
    ['timezone', run.timezone],
    ['seed', run.seed],
    ['shard', run.shard],
    ['digest', run.digest],
    ['traffic', run.trafficDigest ?? 'unknown'],
    ['resumed', `${run.resumes} times`],
    ['took', run.endedMs === null ? 'not finished' : formatDuration(run.endedMs - run.startedMs)],
  ];
  for (const [name, value] of facts) host.stdout.write(`       ${name.padEnd(10)}${value}\n`);
  const settings = Object.entries(run.settings);
  if (settings.length > 0) host.stdout.write('       settings\n');
  for (const [name, value] of settings) host.stdout.write(`         ${name}=${value}\n`);
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
    .action((options: HistoryOptions) => withLedger(context, (ledger) => list(context, ledger, options)));
  command
    .command('show <run>')
    .description('show one run and its days')
    .action((id: string, _options: unknown, own: Command) => {
      const isJson = own.optsWithGlobals<{ json?: boolean }>().json === true;
      return withLedger(context, (ledger) => show(context, ledger, id, isJson));
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
      withLedger(context, async (ledger) => {
        const beforeMs = clock.now() - options.olderThan;
        host.stdout.write(`${formatNumber(await ledger.prune(beforeMs))} runs deleted\n`);
      }),
    );
  return command;
}
