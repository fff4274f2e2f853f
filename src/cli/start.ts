/** What the installed command runs: answers `--version` at once, hands all else to the command line. */
import { createProcessHost, type Host, versionOf } from '../host.ts';
import { type News, type Order, SHARD_WORKER } from '../shards/protocol.ts';

const SHOW_CURSOR = '\u001B[?25h';

/**
 * Memory stays flat however long a run is: without these, V8 lets garbage lie until a long backfill holds twice as much.
 * Both only tell the collector when to work; `docs/performance.md` has what they cost.
 */
const COLLECT_EARLY = ['--semi-space-growth-factor=1', '--heap-growing-percent=60'];

/** A reader that has gone ends the command quietly, as SIGPIPE ends others; a full disk is told. */
function endWithOutput(): void {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR);
    if (code === 'EPIPE') process.exit(141);
    process.stderr.write(`error: standard output cannot be written (${code ?? message}).\n`);
    process.exit(1);
  });
}

/** True for a process that another one has started for a part of its work; all of it is done then. */
async function work(args: readonly string[], host: Host): Promise<boolean> {
  const parent = args[0] === SHARD_WORKER ? host.parent<News, Order>() : undefined;
  if (!parent) return false;
  const [{ workOnShard }, { systemClock }] = await Promise.all([
    import('./shard-worker.ts'),
    import('../run/clock.ts'),
  ]);
  await workOnShard(parent, host, systemClock);
  return true;
}

async function start(): Promise<void> {
  const args = process.argv.slice(2);
  const host = createProcessHost();
  endWithOutput();
  if (args[0] === '--version' || args[0] === '-V') {
    host.stdout.write(`${versionOf(host)}\n`);
    return;
  }
  // Nobody is left to be told.
  process.stderr.on('error', () => {});
  if (await work(args, host)) process.exit();
  // Not imported above: `--version` need not load it.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const flag of COLLECT_EARLY) setFlagsFromString(flag);
  const [{ main }, { systemClock }] = await Promise.all([import('./main.ts'), import('../run/clock.ts')]);
  process.exitCode = await main(args, host, systemClock);
  // Connections that hang must not keep a command that is done. Failed output ends it on its own.
  process.stdout.write('', (error) => {
    if (!error) process.stderr.write('', () => process.exit());
  });
}

await start();
