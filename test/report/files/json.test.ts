import { describe, expect, it } from 'vitest';
import { createTally } from '../../../src/ledger/tally.ts';
import { jsonReporter } from '../../../src/report/files/json.ts';
import { summariseDay, summariseTotal } from '../../../src/report/summary.ts';
import { HIT_KINDS } from '../../../src/types/hit.ts';
import { visitOf } from '../../doubles/hits.ts';
import { CONTEXT, FACTS, totalsOf } from '../totals.ts';

type Line = Readonly<Record<string, unknown>>;

function lineOf(summary: Parameters<typeof jsonReporter>[0]): Line {
  const parts: string[] = [];
  jsonReporter(summary, (text) => void parts.push(text));
  const text = parts.join('');
  expect(text).toMatch(/^\{[^\n]*\}\n$/);
  return JSON.parse(text);
}
const keys = (value: unknown) => Object.keys(Object(value));

describe('a line of JSON', () => {
  it('of a day has the names that scripts rely on', () => {
    const line = lineOf(summariseDay(CONTEXT, '2026-10-20', totalsOf(7)));
    expect(line).toMatchObject({
      schema: 1,
      type: 'day',
      command: 'run',
      target: 'default',
      site: 1,
      date: '2026-10-20',
      timezone: 'Europe/Stockholm',
      revenue: 7.99,
      retries: 7,
    });
    expect(keys(line.visits)).toEqual(['planned', 'complete', 'partial', 'failed', 'skipped']);
    expect(keys(line.hits)).toEqual(['planned', 'accepted', 'rejected', 'failed', 'unknown', 'skipped']);
    expect(keys(line.kinds)).toEqual([...HIT_KINDS]);
    expect(keys(line.latencyMs)).toEqual(['p50', 'p95', 'p99', 'max']);
    expect(keys(line.lagMs)).toEqual(['p50', 'p99', 'max']);
    expect(keys(line)).not.toContain('digest');
  });

  it('of the total adds digest, seed, duration and what the endpoint recorded', () => {
    const recorded = { recorded: 3, visits: 1, sites: {} };
    const line = lineOf(summariseTotal(CONTEXT, totalsOf(7), { ...FACTS, recorded }));
    expect(line).toMatchObject({ schema: 1, type: 'total', date: null, dryRun: false, ...FACTS, recorded });
    expect(keys(lineOf(summariseTotal(CONTEXT, totalsOf(7), FACTS)))).not.toContain('recorded');
  });

  it('tells a dry run', () => {
    const context = { ...CONTEXT, isDryRun: true };
    expect(lineOf(summariseTotal(context, totalsOf(7), FACTS))).toMatchObject({ dryRun: true });
  });

  it('has numbers in every place when nothing happened', () => {
    const tally = createTally(() => {});
    const line = lineOf(summariseTotal(CONTEXT, tally.total, FACTS));
    expect(line.latencyMs).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
    expect(line.lagMs).toEqual({ p50: 0, p99: 0, max: 0 });
    expect(JSON.stringify(line).replace('"date":null', '')).not.toContain('null');
  });

  it('has revenue to the cent', () => {
    const tally = createTally(() => {});
    for (let index = 0; index < 3; index++) {
      const visit = visitOf({ index, kinds: ['order'], revenueCents: 1010 });
      tally.plan(visit);
      for (const hit of visit.hits) tally.settle(hit, { kind: 'accepted' });
    }
    expect(lineOf(summariseTotal(CONTEXT, tally.total, FACTS)).revenue).toBe(30.3);
  });

  it.each([450, 2593, 99_999])('has no percentile above the maximum of %d ms', (ms) => {
    const totals = totalsOf(1);
    totals.latencyMs.reset();
    totals.latencyMs.recordValue(ms);
    const { p50, p99, max } = summariseDay(CONTEXT, '2026-10-20', totals).latencyMs;
    expect(max).toBeGreaterThan(0.99 * ms);
    expect(Math.max(p50, p99)).toBe(max);
  });

  it('has percentiles in rising order', () => {
    const totals = totalsOf(1);
    for (let i = 0; i < 1000; i++) totals.latencyMs.recordValue((i * 7919) % 100_003);
    const { p50, p95, p99, max } = summariseDay(CONTEXT, '2026-10-20', totals).latencyMs;
    const values = [p50, p95, p99, max];
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(max).toBeGreaterThanOrEqual(3_600_000);
  });
});
