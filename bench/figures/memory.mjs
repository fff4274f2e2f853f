// Peak resident memory of one process in backfills of very different size, planned only and sent in bulk.
const MOST_VISITS_A_DAY = 60_000;
const FEWEST = 10_000;
const LONGEST_SECONDS = 900;

export const title = 'peak resident memory';
export const unit = 'MB';
export const mostRounds = 3;

function windowOf(visits) {
  const visitsADay = Math.min(visits, MOST_VISITS_A_DAY);
  const days = Math.ceil(visits / visitsADay);
  const last = new Date(Date.UTC(2025, 0, days));
  return {
    BACKFILL_START_DATE: '2025-01-01',
    BACKFILL_END_DATE: last.toISOString().slice(0, 10),
    TARGET_VISITS_PER_DAY: String(visitsADay),
    BACKFILL_MAX_VISITS_PER_DAY: '0',
    BACKFILL_MAX_VISITS_TOTAL: String(visits),
  };
}

function sideOf({ command, timeoutFor }, way, visits) {
  const name = (count) => `${way}, ${count.toLocaleString('en-US')} visits`;
  const args = `backfill --preset medium --shards 1 --json --no-progress --yes${way === 'dry run' ? ' --dry-run' : ''}`;
  return {
    name: name(visits),
    ...(visits === FEWEST ? {} : { against: name(FEWEST), wanted: { atMost: 1.2 } }),
    async measure() {
      const limits = { timeoutMs: timeoutFor(LONGEST_SECONDS) };
      const { peakMb, seconds } = await command(args.split(' '), { env: windowOf(visits), limits });
      return { value: peakMb, seconds };
    },
  };
}

export function plan(laboratory, { isFull }) {
  const sizes = [FEWEST, 1_000_000, ...(isFull ? [10_000_000] : [])];
  return {
    conditions: [laboratory.server.kind, 'bulk of 200'],
    sides: ['dry run', 'sent'].flatMap((way) => sizes.map((visits) => sideOf(laboratory, way, visits))),
  };
}
