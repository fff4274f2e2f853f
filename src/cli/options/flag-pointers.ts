/** Flags that somebody expects at a command and that are elsewhere, or have another name. */

/** What other load tools, and older habits, call a flag. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  '--duration': '--for',
  '--time': '--for',
  '--rps': '--rate',
  '--qps': '--rate',
  '--vus': '--concurrency',
  '--connections': '--concurrency',
  '--workers': '--concurrency',
  '--site': '--site-id',
  '--idsite': '--site-id',
  '--target': '--url',
  '--start': '--from',
  '--start-date': '--from',
  '--end': '--to',
  '--end-date': '--to',
  '--currency': '--ecommerce-currency',
  '--output': '--report',
  '--format': '--json',
};

/** Of these, a command has the flags for a day and for all days. */
const VISITS_FLAG = '--visits';
const VISITS_IN_ALL: Readonly<Record<string, string>> = { '--stop-after': 'run', '--max-visits': 'backfill' };

function visitsPointer(known: readonly string[]): string | undefined {
  const inAll = Object.keys(VISITS_IN_ALL).find((flag) => known.includes(flag));
  if (inAll === undefined || !known.includes('--visits-per-day')) return undefined;
  return `Use --visits-per-day for the visits of a day, or ${inAll} for those of the whole ${VISITS_IN_ALL[inAll]}.`;
}

/** Flags that one of these commands has and the other has not. */
export const FLAGS_OF: Readonly<Record<string, readonly string[]>> = {
  backfill: [
    '--from',
    '--to',
    '--days-back',
    '--days',
    '--max-visits',
    '--max-visits-per-day',
    '--rps',
    '--batch-size',
    '--resume',
    '--again',
    '--in-doubt',
  ],
  run: ['--for', '--graceful-stop', '--rate', '--stages', '--stop-after', '--daily-cap', '--timing'],
};

/**
 * @param known flags that the command has
 * @returns a sentence that says which flag is meant; undefined where nobody knows
 */
export function pointerOf(command: string, flag: string, known: readonly string[]): string | undefined {
  if (flag === VISITS_FLAG) return visitsPointer(known);
  const other = OTHER_NAMES[flag];
  if (other !== undefined && known.includes(other)) return `In this command, the flag is called ${other}.`;
  const [owner] =
    Object.entries(FLAGS_OF).find(([name, flags]) => name !== command && flags.includes(flag)) ?? [];
  if (owner !== undefined) return `${flag} is a flag of ${owner}: see trafficinator ${owner} --help.`;
  const [renamed] =
    Object.entries(FLAGS_OF).find(
      ([name, flags]) => name !== command && other !== undefined && flags.includes(other),
    ) ?? [];
  return renamed === undefined ? undefined : `trafficinator ${renamed} has ${other}.`;
}
