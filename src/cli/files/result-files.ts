/** `--report`, `--summary`, `--csv`, `--junit`: what came of a command, in files. */
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { EXIT, SettingsError, UserError } from '../../errors.ts';
import type { CliContext } from '../context.ts';
import { fileError, reportFailure } from '../output/failure.ts';

const KINDS = ['report', 'summary', 'csv', 'junit'] as const;
type Kind = (typeof KINDS)[number];

/** Their paths, by kind. */
export type ResultFileOptions = Readonly<Partial<Record<Kind, string>>>;

/** Makes the text of each file; only of those that are asked for. */
export type ResultTexts = Readonly<Record<Kind, () => string | Promise<string>>>;

/** @param rows what the lines of the CSV file are */
export function addResultFileOptions(command: Command, rows: string): void {
  command
    .option('--report <file>', 'write a report as a single HTML page')
    .option('--summary <file>', 'write the summary of the whole run as JSON')
    .option('--csv <file>', `write ${rows} as CSV`)
    .option('--junit <file>', 'write thresholds and outcome as JUnit XML, for CI');
}

function asked(options: ResultFileOptions): { readonly kind: Kind; readonly path: string }[] {
  return KINDS.flatMap((kind) => {
    const path = options[kind];
    return path === undefined ? [] : [{ kind, path }];
  });
}

/**
 * Finds out before anything is sent whether all files can be written. What is in them stays until the end.
 * @throws UserError
 */
export function checkResultFiles({ host }: Pick<CliContext, 'host'>, options: ResultFileOptions): void {
  const seen = new Map<string, Kind>();
  for (const { kind, path: given } of asked(options)) {
    const path = host.linkTarget(given);
    const other = seen.get(path);
    if (other !== undefined) {
      const message = `--${kind} and --${other} must be different files, but both are ${given}.`;
      throw new SettingsError([{ code: 'same-file', subject: `--${kind}`, message }]);
    }
    seen.set(path, kind);
    const folder = dirname(path);
    if (folder !== '.' && !host.isDirectory(folder)) {
      const message = `--${kind} must name a file in a folder that exists, but there is no folder ${folder}.`;
      const hint = `Create it first: mkdir -p ${folder}`;
      throw new SettingsError([{ code: 'no-folder', subject: `--${kind}`, message, hint }]);
    }
    try {
      if (host.exists(path)) host.appendFile(path, '');
      else {
        host.writeFile(path, '');
        host.removeFile(path);
      }
    } catch (error) {
      throw fileError(`--${kind}`, given, error);
    }
  }
}

/** Writes each file, whatever becomes of the others. @returns the exit code */
export async function writeResultFiles(
  { host, log }: CliContext,
  options: ResultFileOptions,
  texts: ResultTexts,
): Promise<number> {
  let exitCode: number = EXIT.done;
  for (const { kind, path } of asked(options)) {
    const text = await texts[kind]();
    try {
      host.writeFile(path, text);
    } catch (cause) {
      // The traffic was sent: this is no longer a matter of usage.
      const { message, code, hint } = fileError(`--${kind}`, path, cause);
      const error = new UserError(message, {
        code,
        exitCode: EXIT.internal,
        cause,
        ...(hint ? { hint } : {}),
      });
      exitCode = reportFailure(log, error);
    }
  }
  return exitCode;
}

/** The file of `--summary`: the object of the whole, as `--json` has it. */
export function summaryJson(summary: unknown): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}
