/** What the installed command runs: answers `--version` at once, loads the rest for all else. */

import { findPackageDir, readVersion } from '../package.ts';
import { tooManyFiles } from './output/messages/too-many-files.ts';
import { keepCompiledCode } from './processes/compiled-code.ts';

/** As in `errors.ts`, which is not loaded for so little. */
const EXIT_INTERNAL = 1;
const SHOW_CURSOR = '\u001B[?25h';

/** A reader that has gone ends the command quietly, as SIGPIPE ends others; a full disk is told. */
function endWithOutput(): void {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR);
    if (code === 'EPIPE') process.exit(141);
    process.stderr.write(`error: standard output cannot be written (${code ?? message}).\n`);
    process.exit(1);
  });
}

/** A command that waits for what can never come would end as if all were done. */
function refuseToEndEarly(): () => void {
  const end = () => {
    process.stderr.write(
      'error: the command stopped before it was finished, because nothing was left that it could wait for.\n',
    );
    process.exit(EXIT_INTERNAL);
  };
  process.once('beforeExit', end);
  return () => process.off('beforeExit', end);
}

const SENDING = ['run', 'backfill', 'capacity'];
const EARLY_EXITS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Says that nothing was sent, where a signal comes before the run has its own answer to it. @param isPlain and text is wanted */
function tellEarlySignals(isPlain: boolean): void {
  const leave = (signal: keyof typeof EARLY_EXITS) => {
    if (isPlain) process.stderr.write('stopped before anything was sent\n');
    process.exit(EARLY_EXITS[signal]);
  };
  const release = (event: string | symbol) => {
    if (event !== 'SIGINT' && event !== 'SIGTERM') return;
    process.off('newListener', release);
    // Once the new one is there: without any, Node.js would no longer listen for the signal.
    queueMicrotask(() => process.off('SIGINT', leave).off('SIGTERM', leave));
  };
  process.on('SIGINT', leave).on('SIGTERM', leave).on('newListener', release);
}

async function run(args: readonly string[]): Promise<void> {
  // Nobody is left to be told.
  process.stderr.on('error', () => {});
  keepCompiledCode(process);
  const { runCommand } = await import('./run-command.ts');
  const isDone = refuseToEndEarly();
  process.exitCode = await runCommand(args);
  isDone();
  // Connections that hang must not keep a command that is done. Failed output ends it on its own.
  process.stdout.write('', (error) => {
    if (!error) process.stderr.write('', () => process.exit());
  });
}

endWithOutput();
const args = process.argv.slice(2);
if (SENDING.includes(args[0] ?? '')) tellEarlySignals(!args.some((arg) => /^--(quiet|log-format)/.test(arg)));
if (args[0] === '--version' || args[0] === '-V') process.stdout.write(`${readVersion(findPackageDir())}\n`);
// Not awaited: an executable's script is CommonJS, which cannot await at its top.
else {
  run(args).catch((error: unknown) => {
    const limit = tooManyFiles(error);
    if (!limit) throw error;
    process.stderr.write(`error: ${limit.message}\n  hint: ${limit.hint}\n`);
    process.exit(EXIT_INTERNAL);
  });
}
