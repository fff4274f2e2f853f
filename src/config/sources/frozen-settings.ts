/** Settings that the service has put together for one of its jobs, as a file: it tells where each of them came from. */
import type { Origin } from '../../errors.ts';

const FIRST_LINE = /^# (run|backfill) \d+: the settings in force$/m;
const ORIGIN = /^# (\w+): from (.+)$/gm;

/**
 * @param title such as `run 3`
 * @param settings a line for each, as .env files have them
 */
export function frozenSettings(
  title: string,
  settings: string,
  origins: Readonly<Record<string, Origin>>,
): string {
  const lines = Object.entries(origins)
    .filter(([env]) => settings.startsWith(`${env}=`) || settings.includes(`\n${env}=`))
    .map(([env, origin]) => `# ${env}: from ${origin}\n`);
  return `# ${title}: the settings in force\n${lines.join('')}${settings}`;
}

/** By environment name; empty for any other file. */
export function frozenOrigins(text: string): ReadonlyMap<string, Origin> {
  if (!FIRST_LINE.test(text.slice(0, text.indexOf('\n')))) return new Map();
  return new Map([...text.matchAll(ORIGIN)].map(([, env = '', origin = '']) => [env, origin]));
}
