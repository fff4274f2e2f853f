/** The run of the ledger that `--resume RUN` names: its days and settings count in the place of all others. */
import { EXIT, UserError } from '../../errors.ts';
import type { KnownRun } from '../../ledger/run-history.ts';
import type { CliContext } from '../context.ts';
import { parseRunId, parseShard } from '../options/option-values.ts';
import type { TrafficOptions } from '../options/traffic-options.ts';
import { openRecords } from '../traffic/ledger.ts';

function refuse(code: string, message: string, hint: string): UserError {
  return new UserError(message, { code, exitCode: EXIT.usage, hint });
}

/** Undefined where no number is given. @throws UserError where there is no such backfill, or nothing is known of it */
export async function recordedRun(
  { host, log }: Pick<CliContext, 'host' | 'log'>,
  { resume, sink, again }: TrafficOptions,
): Promise<KnownRun | undefined> {
  if (resume === true && again === true) {
    throw refuse(
      'resume-again',
      '--again can be used with --resume only where it names the number of a run.',
      'trafficinator history lists the runs.',
    );
  }
  if (typeof resume !== 'string') return undefined;
  const id = parseRunId('--resume', resume);
  if (sink === true) {
    throw refuse(
      'resume-of-sink',
      '--resume with a run cannot be used with --sink.',
      'The embedded endpoint ends with its run.',
    );
  }
  const { history, close } = await openRecords({ host, log });
  try {
    const run = (await history.run(id))?.run;
    if (run?.command !== 'backfill') {
      throw refuse(
        'no-run',
        `There is no backfill with the number ${id} in the ledger.`,
        'trafficinator history lists the runs.',
      );
    }
    if (Object.keys(run.settings).length === 0) {
      const message = `Run ${id} was recorded by an older version, which did not keep its settings.`;
      throw refuse(
        'settings-not-kept',
        message,
        'Use --resume without a number, with the settings and days of that run.',
      );
    }
    return run;
  } finally {
    await close();
  }
}

/** True: somebody chose this part of the traffic with `--shard`, and its process was alone. */
export function isSingleShard({ commandLine }: Pick<KnownRun, 'commandLine'>): boolean {
  return / --shard[ =]/.test(commandLine ?? '');
}

/**
 * The part of the traffic that the run had, where the command line does not say another. Parts of a run of several
 * processes go on together.
 */
export function shardOf(
  run: KnownRun | undefined,
  { shard, shards }: TrafficOptions,
): Pick<TrafficOptions, 'shard'> {
  if (run === undefined || shard !== undefined || shards !== undefined || !isSingleShard(run)) return {};
  return { shard: parseShard('--shard', run.shard) };
}
