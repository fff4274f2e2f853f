/** Says which flags of a run or a backfill change nothing. */
import type { SettingKey } from '../../../config/schema/settings.ts';
import type { Log } from '../log.ts';

interface Flags {
  readonly sink?: boolean;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
}

/** @param origins where settings come from */
export function logUnusedFlags(
  log: Log,
  origins: ReadonlyMap<SettingKey, string>,
  { sink, dryRun, verify }: Flags,
): void {
  if (sink === true && origins.get('matomoUrl') === '--url')
    log.warning('--url is not used: with --sink, visits go to the embedded endpoint.', {
      code: 'url-unused',
    });
  if (dryRun === true && verify === true)
    log.warning('--verify is not used: a dry run sends nothing that reports could show.', {
      code: 'verify-unused',
    });
}
