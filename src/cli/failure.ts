/** The one place that words an error for the terminal. */
import { EXIT, SettingsError, UserError } from '../errors.ts';
import type { Host } from '../host.ts';
import { createPalette } from './palette.ts';

/** Writes the error to standard error and returns the exit code. Only what no user can cause shows a stack. */
export function reportFailure(host: Host, error: unknown): number {
  const { red, dim } = createPalette(host, host.stderr);
  const write = (message: string, hint: string | undefined) => {
    host.stderr.write(`${red('error')}: ${message}\n`);
    if (hint !== undefined) host.stderr.write(`${dim('  hint')}: ${hint}\n`);
  };
  if (error instanceof SettingsError) {
    for (const problem of error.problems) write(problem.message, problem.hint);
    return error.exitCode;
  }
  if (error instanceof UserError) {
    write(error.message, error.hint);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write(`trafficinator itself failed: ${text}`, 'This is a defect: please report it with the lines above.');
  return EXIT.internal;
}

/** The error of a file operation in words: which file, what is wrong. */
export function fileError(flag: string, path: string, error: unknown): UserError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new UserError(`${flag}: ${path} cannot be written (${code}).`, {
    code: 'file-not-writable',
    exitCode: EXIT.usage,
    hint: 'Name a file in a folder that exists and that you may write to.',
    cause: error,
  });
}
