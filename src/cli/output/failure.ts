/** The one place that words an error for the terminal. */
import { EXIT, SettingsError, UserError } from '../../errors.ts';
import type { Log } from './log.ts';
import { tooManyFiles } from './messages/too-many-files.ts';

/** Tells the error and returns the exit code. Only what no user can cause shows a stack. */
export function reportFailure(log: Log, error: unknown): number {
  if (error instanceof SettingsError) {
    for (const problem of error.problems) log.error(problem.message, problem);
    return error.exitCode;
  }
  if (error instanceof UserError) {
    log.error(error.message, error);
    return error.exitCode;
  }
  const limit = tooManyFiles(error);
  if (limit) {
    log.error(limit.message, { code: 'too-many-open-files', hint: limit.hint });
    return EXIT.internal;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error(`Internal error: ${text}`, {
    code: 'internal',
    hint: 'This is a bug. Please report it with the lines above.',
  });
  return EXIT.internal;
}

/** The error of a file operation in words: which file, what is wrong. */
export function fileError(flag: string, path: string, error: unknown): UserError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new UserError(`${flag}: ${path} cannot be written (${code}).`, {
    code: 'file-not-writable',
    exitCode: EXIT.usage,
    hint: 'Use a file in a folder that you can write to.',
    cause: error,
  });
}
