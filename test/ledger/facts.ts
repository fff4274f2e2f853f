/** Facts of a backfill, for tests that need any. */
import type { RunFacts } from '../../src/ledger/ledger.ts';

export function backfillFacts(part: Partial<RunFacts> = {}): RunFacts {
  return {
    command: 'backfill',
    url: 'https://matomo.example/matomo.php',
    site: 1,
    timezone: 'Europe/Stockholm',
    from: '2026-03-01',
    to: '2026-03-31',
    seed: 'seed',
    digest: '0123456789abcdef',
    shard: '1/1',
    batchSize: 200,
    plannedVisits: 1000,
    settings: { TARGET_VISITS_PER_DAY: '400', MATOMO_TOKEN_AUTH: '***' },
    contents: { URLS_FILE: 'abc' },
    commandLine: 'trafficinator backfill --days-back 31',
    startedMs: 1_790_000_000_000,
    pid: 4711,
    hostname: 'alpha',
    ...part,
  };
}
