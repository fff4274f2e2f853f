/** Where results come from: version, command line, settings with their origins. */
import type { SettingsCommand } from '../../config/schema/setting.ts';
import { SETTINGS } from '../../config/schema/settings.ts';
import { shownValue } from '../../config/schema/value-text.ts';
import type { Provenance } from '../../report/html/provenance.ts';
import type { CliContext } from '../context.ts';
import type { Session } from '../options/session.ts';

/** As a shell takes it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** No flag takes a token, so that none can stand here. */
export function commandLineOf({ args }: Pick<CliContext, 'args'>): string {
  return ['trafficinator', ...args].map(shellWord).join(' ');
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
    commandLine: commandLineOf(context),
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
