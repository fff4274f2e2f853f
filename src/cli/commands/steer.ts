/** `trafficinator stop|pause|resume RUN`: asks all workers of a shared run, wherever they are. */
import { Command } from 'commander';
import { EXIT, UserError } from '../../errors.ts';
import type { SharedRun, Wish } from '../../ledger/postgres/shared-rows.ts';
import type { CliContext } from '../context.ts';
import { parseRunId } from '../options/option-values.ts';
import { needCluster } from './worker.ts';

interface Steering {
  readonly wish: Wish;
  readonly description: string;
  readonly done: string;
}

const STEERING: Readonly<Record<'stop' | 'pause' | 'resume', Steering>> = {
  stop: {
    wish: 'stop',
    description: 'end a shared run after the requests in flight',
    done: 'ends after the requests in flight',
  },
  pause: {
    wish: 'pause',
    description: 'pause a shared live run: hits due meanwhile are skipped',
    done: 'pauses',
  },
  resume: { wish: 'run', description: 'let a paused shared run go on', done: 'goes on' },
};

/** What is due in a pause is skipped: of a backfill, that would be all of it. */
function noPause(id: number): UserError {
  return new UserError(`Run ${id} is a backfill, which cannot be paused.`, {
    code: 'not-a-live-run',
    exitCode: EXIT.usage,
    hint: `Stop it with trafficinator stop ${id}, and continue it with trafficinator backfill --resume ${id}.`,
  });
}

function notAsked(id: number, run: SharedRun | undefined, wish: Wish): UserError {
  const options = { exitCode: EXIT.usage, hint: '`trafficinator history` lists all runs.' };
  if (!run) return new UserError(`There is no shared run ${id}.`, { ...options, code: 'no-run' });
  const next =
    run.command === 'backfill'
      ? `To send the rest of it, trafficinator backfill --resume ${id}.`
      : 'A live run that has ended cannot go on: start a new one with trafficinator run.';
  return new UserError(`Run ${id} has ended, or is ending.`, {
    ...options,
    code: 'run-ended',
    ...(wish === 'run' ? { hint: next } : {}),
  });
}

async function execute(context: CliContext, text: string, { wish, done }: Steering): Promise<void> {
  const id = parseRunId('<run>', text);
  const { store, close } = await needCluster(context);
  try {
    const before = await store.run(id);
    if (wish === 'pause' && before?.command === 'backfill') throw noPause(id);
    const isAsked = await store.ask(id, wish);
    await store.endRuns();
    if (isAsked && wish !== 'stop' && before?.wish === wish)
      return context.log.info(`run ${id} ${wish === 'pause' ? 'is already paused' : 'is not paused'}`, {
        code: 'run-asked',
      });
    if (isAsked) return context.log.info(`run ${id} ${done}`, { code: 'run-asked' });
    throw notAsked(id, await store.run(id), wish);
  } finally {
    await close();
  }
}

function define(name: keyof typeof STEERING): (context: CliContext) => Command {
  return (context) =>
    new Command(name)
      .description(STEERING[name].description)
      .argument('<run>', 'number of the run')
      .addHelpText(
        'after',
        `\nExamples:\n  $ trafficinator ${name} 26 --ledger postgres://user@db.example.org/traffic\n`,
      )
      .action((run: string) => execute(context, run, STEERING[name]));
}

export const defineStop = define('stop');
export const definePause = define('pause');
export const defineResume = define('resume');
