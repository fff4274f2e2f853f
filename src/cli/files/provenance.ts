/** Where results come from: version, command line, settings with their origins. */
import type { SettingsCommand } from '../../config/schema/setting.ts';
import { SETTINGS } from '../../config/schema/settings.ts';
import { shownValue } from '../../config/schema/value-text.ts';
import type { Provenance } from '../../report/html/provenance.ts';
import type { CliContext } from '../context.ts';
import type { Session } from '../options/session.ts';

/** As a shell takes it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const SECRET_FLAGS = SETTINGS.flatMap(({ secret, flag }) => (secret && flag !== undefined ? [flag] : []));

/** No flag takes a token, and a value of the few that take another secret is masked. */
function maskedArg(arg: string, before: string | undefined): string {
  if (before !== undefined && SECRET_FLAGS.includes(before)) return '***';
  const flag = SECRET_FLAGS.find((name) => arg.startsWith(`${name}=`));
  return flag === undefined ? arg : `${flag}=***`;
}

export function commandLineOf({ args }: Pick<CliContext, 'args'>): string {
  return ['trafficinator', ...args.map((arg, i) => maskedArg(arg, args[i - 1]))].map(shellWord).join(' ');
}

/** What only shapes the output, or would write over its files. */
const OUTPUT_FLAGS = ['--json', '--no-progress', '--quiet', '--verbose'];
const OUTPUT_FLAGS_WITH_VALUE = ['--log-format', '--report', '--summary', '--csv', '--junit', '--record'];
/** A backfill with one of these says itself which days it sends. */
const REPEATABLE = /^--(again|again-from|existing|catch-up|dry-run|sink)\b/;

/** The arguments that send the same traffic once more, and write over nothing. */
export function repeatedArgs(args: readonly string[]): string[] {
  const kept = args.filter((arg, i) => {
    const before = args[i - 1] ?? '';
    const [name = ''] = arg.split('=', 1);
    return (
      ![...OUTPUT_FLAGS, ...OUTPUT_FLAGS_WITH_VALUE].includes(name) &&
      !OUTPUT_FLAGS_WITH_VALUE.includes(before)
    );
  });
  const resume = kept.indexOf('--resume');
  // With a number, it names the run whose settings count.
  const isNumbered = resume >= 0 && /^\d+$/.test(kept[resume + 1] ?? '');
  const isSentOnce = kept[0] === 'backfill' && !isNumbered && !kept.some((arg) => REPEATABLE.test(arg));
  return isSentOnce ? [...kept.filter((arg) => arg !== '--resume'), '--again'] : kept;
}

/** @param command whose settings are shown */
export function provenanceOf(
  context: CliContext,
  session: Session,
  command: SettingsCommand,
  startedMs: number,
): Provenance {
  const { host, clock } = context;
  const { settings, origins } = session;
  const rows = SETTINGS.filter(({ commands }) => commands.includes(command));
  return {
    version: host.version,
    commandLine: commandLineOf({ args: repeatedArgs(context.args) }),
    settings: rows.map((row) => ({
      name: row.env,
      value: shownValue(row, settings[row.key], settings.currency),
      origin: origins.get(row.key) ?? 'default',
    })),
    startedMs,
    endedMs: clock.now(),
    timezone: settings.timezone,
  };
}
