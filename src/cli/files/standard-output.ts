/** `-` in place of a result file: standard output has that file alone, and all else goes to standard error. */
import { STANDARD_STREAM } from '../../config/sources/text-files.ts';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { CliContext } from '../context.ts';

const FILES = ['report', 'summary', 'csv', 'junit', 'record'] as const;

/** The flags of files that a command writes, as far as it has them. */
export type WrittenFiles = Readonly<Partial<Record<(typeof FILES)[number], string>>> & {
  readonly json?: boolean;
};

function conflict(flags: readonly string[]): SettingsError {
  const message = `Only one result can go to standard output, but ${flags.join(' and ')} do.`;
  const hint = 'Name a file for the others.';
  return new SettingsError([{ code: 'same-file', subject: flags[0] ?? '', message, hint }]);
}

/** The host as one finds it who writes to standard output as to a file. */
function withStandardOutput(host: Host): Host {
  const { stdout, stderr } = host;
  const isOurs = (path: string) => path === STANDARD_STREAM;
  return {
    ...host,
    stdout: stderr,
    writeFile: (path, text) => (isOurs(path) ? stdout.write(text) : host.writeFile(path, text)),
    appendFile: (path, text) => (isOurs(path) ? stdout.write(text) : host.appendFile(path, text)),
    removeFile: (path) => (isOurs(path) ? undefined : host.removeFile(path)),
  };
}

/** @throws SettingsError where more than one result would go there */
export function withResultOnOutput(context: CliContext, options: WrittenFiles): CliContext {
  const flags = FILES.filter((name) => options[name] === STANDARD_STREAM).map((name) => `--${name} -`);
  if (flags.length === 0) return context;
  const all = options.json === true ? ['--json', ...flags] : flags;
  if (all.length > 1) throw conflict(all);
  return { ...context, host: withStandardOutput(context.host) };
}
