import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { HIT_KINDS } from '../../src/types/hit.ts';
import { BALANCED, balanceOf, type JsonLines, jsonLines, recordedHits, Workplace } from './binary.ts';

const place = new Workplace();
afterAll(() => place.remove());

const DOCUMENTED = {
  schema: 1,
  type: expect.stringMatching(/^(day|total)$/),
  command: 'backfill',
  target: 'default',
  site: 1,
  timezone: 'CET',
  visits: numbers('planned', 'complete', 'partial', 'failed', 'skipped'),
  hits: numbers('planned', 'accepted', 'rejected', 'failed', 'unknown', 'skipped'),
  kinds: numbers(...HIT_KINDS),
  revenue: expect.any(Number),
  retries: 0,
  latencyMs: numbers('p50', 'p95', 'p99', 'max'),
  lagMs: numbers('p50', 'p99', 'max'),
};

function numbers(...keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, expect.any(Number)]));
}

describe('a backfill over the end of summer time', () => {
  it('records as many visits on each local day as the summary says, equal in every kind and in revenue', async () => {
    const args = '--from 2026-10-20 --to 2026-10-31 --visits-per-day 500 --timezone CET --sink --json';
    const finished = await place.run(['backfill', ...args.split(' ')]);
    expect(finished.code).toBe(0);
    const { days, total } = jsonLines(finished);
    expect(days).toHaveLength(12);
    expect(total).toMatchObject({
      ...DOCUMENTED,
      type: 'total',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      seed: expect.any(String),
      durationMs: expect.any(Number),
      recorded: { visits: 6000, recorded: expect.any(Number) },
    });
    const recorded = total.recorded?.sites['1']?.days ?? {};
    expect(Object.keys(recorded)).toEqual(days.map(({ date }) => date));
    for (const day of days) {
      expect(day).toMatchObject({ ...DOCUMENTED, type: 'day', date: expect.any(String) });
      expect(day.visits).toEqual({ planned: 500, complete: 500, partial: 0, failed: 0, skipped: 0 });
      expect(recorded[day.date ?? '']).toMatchObject({ visits: 500, kinds: day.kinds, revenue: day.revenue });
    }
    for (const line of [...days, total]) expect(balanceOf(line)).toEqual(BALANCED);
    const sum = (kind: keyof typeof total.kinds) => days.reduce((all, { kinds }) => all + kinds[kind], 0);
    for (const kind of HIT_KINDS) expect(total.kinds[kind]).toBe(sum(kind));
  });
});

interface Sent extends JsonLines {
  readonly hits: readonly string[];
  readonly visitors: ReadonlySet<string | null>;
}

describe('the same seed', () => {
  let count = 0;
  const args = '--from 2026-10-24 --to 2026-10-25 --visits-per-day 80 --sink --json'.split(' ');

  async function send(...more: readonly string[]): Promise<Sent> {
    const record = `sent-${count++}.jsonl`;
    const finished = await place.run(['backfill', ...args, '--record', record, ...more]);
    expect(finished.code).toBe(0);
    const sent = more.includes('--dry-run') ? [] : recordedHits(readFileSync(place.file(record), 'utf8'));
    return {
      ...jsonLines(finished),
      hits: sent.map(({ hit }) => hit.toString()).sort(),
      visitors: new Set(sent.map(({ hit }) => hit.get('_id'))),
    };
  }

  it('sends the same traffic at any concurrency and batch size, again and again, as a dry run says', async () => {
    const [one, many, single, dry, other] = await Promise.all([
      send('--seed', 'oak', '--concurrency', '1'),
      send('--seed', 'oak', '--concurrency', '50'),
      send('--seed', 'oak', '--batch-size', '1'),
      send('--seed', 'oak', '--dry-run'),
      send('--seed', 'elm'),
    ]);
    expect(one.hits).toHaveLength(one.total.hits.accepted);
    expect(many.hits).toEqual(one.hits);
    expect(single.hits).toEqual(one.hits);
    for (const { total } of [many, single, dry]) expect(total.digest).toBe(one.total.digest);
    expect(dry.total.hits).toMatchObject({ planned: one.total.hits.planned, accepted: 0 });
    expect(dry.total.kinds).toEqual(one.total.kinds);
    expect(dry.days.map(({ visits }) => visits.planned)).toEqual([80, 80]);
    expect(other.total.digest).not.toBe(one.total.digest);
    expect(one.total.seed).toBe('oak');
  });

  it('divides its hits and its visitors among the shards', async () => {
    const [whole, ...shards] = await Promise.all([
      send('--seed', 'oak'),
      send('--seed', 'oak', '--shard', '1/3'),
      send('--seed', 'oak', '--shard', '2/3'),
      send('--seed', 'oak', '--shard', '3/3'),
    ]);
    expect(shards.flatMap(({ hits }) => hits).sort()).toEqual(whole.hits);
    const visitors = shards.flatMap((shard) => [...shard.visitors]);
    expect(new Set(visitors).size).toBe(visitors.length);
    expect(visitors).toHaveLength(whole.visitors.size);
    for (const { visitors: own } of shards) expect(own.size).toBeGreaterThan(0);
    expect(new Set(shards.map(({ total }) => total.digest)).size).toBe(3);
  });
});

describe('a backfill with hits that Matomo refuses', () => {
  it('counts them as rejected and ends with 6', async () => {
    const args = '--sink --json --days-back 1 --visits-per-day 1000 --goal-ids 99'.split(' ');
    const finished = await place.run(['backfill', ...args]);
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(6);
    expect(total.hits.rejected).toBeGreaterThan(0);
    expect(total.kinds.goal).toBe(0);
    expect(total.hits.accepted).toBe(total.hits.planned - total.hits.rejected);
    expect(total.visits.partial).toBeGreaterThan(0);
    expect(balanceOf(total)).toEqual(BALANCED);
  });
});
