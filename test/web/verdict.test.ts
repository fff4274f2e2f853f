import { describe, expect, it } from 'vitest';
import { healthOf } from '../../src/report/health.ts';
import type { Run } from '../../src/web/api/schema.ts';
import { isCapReached, waitsText } from '../../src/web/places/overview/outcomes.ts';
import { verdictOf } from '../../src/web/places/overview/verdict.ts';

const TOTALS: NonNullable<Run['totals']> = {
  visits: { planned: 1660, complete: 2, partial: 0, failed: 0, skipped: 1652 },
  hits: { planned: 5000, accepted: 27, rejected: 0, failed: 0, unknown: 0, skipped: 4973 },
  hitsToCome: 0,
  kinds: {},
  revenue: 0,
  abandonedCarts: 0,
  requests: 27,
  retries: 0,
  failedAttempts: {},
  examples: {},
  reasons: { capped: 4973 },
  funnels: {},
  latencyMs: { p50: 1, p95: 1, p99: 1, max: 1 },
  lagMs: { p50: 1, p99: 1, max: 1 },
};

function runOf(more: Partial<Run>, admittedToday = 8): Run {
  return {
    ...{
      id: 1,
      command: 'run',
      name: 'extreme',
      state: 'running',
      isEnded: false,
      isWanted: true,
      presets: [],
    },
    ...{ isSink: false, missingTokens: [], withoutTokensSince: null, shards: 1, source: 'api' },
    ...{ createdAt: null, startedAt: null, endedAt: null, endsAt: null, exitCode: null, error: null, pid: 1 },
    ...{ restarts: 0, isTargetDown: false, totals: TOTALS, rates: null, thresholds: [] },
    targets: [{ name: 'default', url: 'http://a/', site: 1, timezone: 'UTC', cap: 8, admittedToday }],
    ...more,
  };
}

describe('the headline of a run', () => {
  it('names the cap that is reached', () => {
    expect(verdictOf(runOf({}))).toEqual({
      text: 'The daily cap of 8 visits is reached: no visit starts before midnight (UTC). Matomo has accepted 27 hits, none lost.',
      tone: 'good',
    });
    expect(verdictOf(runOf({}, 7)).text).toBe(
      'Matomo accepts what is sent: 27 hits, none lost. 4,973 were not sent: daily cap reached.',
    );
    expect(verdictOf(runOf({ isEnded: true })).text).toBe(
      'Matomo accepted 27 hits, none lost. 4,973 were not sent: daily cap reached.',
    );
    const [one] = runOf({}).targets;
    const several = one ? [one, { ...one, name: 'b' }] : [];
    expect(verdictOf(runOf({ targets: several })).text).toContain('daily caps of all targets');
    expect(several.map(isCapReached)).toEqual([true, true]);
  });

  it('says who accepted, what a pause does, and why the rest was not sent', () => {
    const totals = {
      ...TOTALS,
      hits: { ...TOTALS.hits, planned: 330, skipped: 303 },
      reasons: { stopped: 300, paused: 3 },
    };
    expect(verdictOf(runOf({ isSink: true, totals, isEnded: true })).text).toBe(
      'The embedded endpoint accepted 27 hits, none lost. 303 were not sent: the run ended first (300), the run was paused (3).',
    );
    expect(verdictOf(runOf({ state: 'paused', totals }))).toEqual({
      text: 'Matomo has accepted 27 hits, none lost so far. Paused: visits that fall due now are left out, and not sent later.',
      tone: 'warn',
    });
  });

  it('names the reason that cost most hits, and how many', () => {
    const lost = (reasons: Record<string, number>) => ({
      ...TOTALS,
      hits: { planned: 93, accepted: 27, rejected: 0, failed: 20, unknown: 46, skipped: 0 },
      reasons,
      examples: { forbidden: { atMs: 1, url: 'https://a/search', status: 403 } },
    });
    expect(verdictOf(runOf({ totals: lost({ forbidden: 20, 'connection-lost': 46 }) })).text).toBe(
      '66 hits were lost; 27 were accepted. Main reason (46 of them): the connection broke before the response.',
    );
    expect(verdictOf(runOf({ totals: lost({ forbidden: 66 }) })).text).toBe(
      '66 hits were lost; 27 were accepted. The server answers HTTP 403 to requests with certain content, for example https://a/search. Ask for an exception for matomo.php in its firewall.',
    );
  });

  it('says that a backfill waits for its token, before any count', () => {
    expect(verdictOf(runOf({ state: 'needs-token' }))).toMatchObject({
      tone: 'warn',
      text: expect.stringContaining('until you enter it'),
    });
  });
});

describe('the health of a target', () => {
  const hits = { accepted: 20, rejected: 0, failed: 0, unknown: 89, skipped: 0 };
  it('does not suffer from a process of ours that was killed', () => {
    expect(healthOf(hits, { 'process-lost': 89 })).toBe('healthy');
    expect(healthOf(hits, { 'no-answer': 89 })).toBe('failing');
    expect(healthOf({ ...hits, accepted: 0 }, { 'process-lost': 89 })).toBe('unknown');
  });
});

describe('response times', () => {
  const failing = {
    ...TOTALS,
    failedAttempts: { 'http-500': 4 },
    latencyMs: { p50: 52, p95: 984, p99: 1200, max: 1300 },
  };

  it('of a live run are said to have waits in them where attempts failed', () => {
    expect(waitsText({ command: 'run' }, failing)).toBe('median 52; with waits for failed attempts');
    expect(waitsText({ command: 'run' }, TOTALS)).toBeUndefined();
  });

  it('of a backfill are those of the server', () => {
    expect(waitsText({ command: 'backfill' }, failing)).toBeUndefined();
  });
});
