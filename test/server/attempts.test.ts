import { describe, expect, it } from 'vitest';
import { argsOf, restOf } from '../../src/server/jobs/attempts.ts';
import type { JobRequest, JobRow } from '../../src/server/store/job-store.ts';

const FILES = { settings: '/s.env', report: '/r.html', summary: '/s.json', days: '/d.csv' };
const REQUEST: JobRequest = {
  presets: [],
  isSink: false,
  shards: 1,
  again: false,
  verify: false,
  forMs: null,
  origins: {},
};

function row(command: JobRow['command'], more: Partial<JobRequest> = {}): JobRow {
  return {
    id: 1,
    command,
    name: 'a job',
    isWanted: true,
    state: 'starting',
    request: { ...REQUEST, ...more },
    settings: '',
    createdMs: 0,
    startedMs: null,
    endedMs: null,
    exitCode: null,
    error: null,
    pid: null,
    restarts: 0,
    outcome: null,
    source: 'api',
  };
}

const NO_END = { forMs: undefined, visits: undefined };
/** What the command line says of the window. */
const windowOf = (more: Partial<JobRequest>, hasBegun: boolean) => {
  const args = argsOf(row('backfill', more), FILES, { hasBegun, hasWorkers: false }, NO_END).join(' ');
  return /--(again|resume|catch-up).*$/.exec(args)?.[0] ?? '';
};

describe('the processes of a backfill', () => {
  it('begin it, and resume it', () => {
    expect([false, true].map((hasBegun) => windowOf({}, hasBegun))).toEqual(['', '--resume']);
  });

  it('that is sent again say the same, so that none begins it a second time', () => {
    const again = { again: true, againFrom: 12 };
    for (const hasBegun of [false, true]) expect(windowOf(again, hasBegun)).toBe('--again --again-from 12');
  });

  it('that catches up say the same: what was sent is left out', () => {
    for (const hasBegun of [false, true]) expect(windowOf({ catchUpDays: 7 }, hasBegun)).toBe('--catch-up 7');
  });
});

describe('the processes of a live run', () => {
  it('have what is left of its time and visits', () => {
    const rest = restOf(
      { startedMs: 1000, request: { ...REQUEST, forMs: 60_000 } },
      { durationMs: 120_000, visits: 500 },
      180,
      21_000,
    );
    expect(rest).toEqual({ forMs: 40_000, visits: 320 });
    const args = argsOf(row('run'), FILES, { hasBegun: true, hasWorkers: false }, rest).join(' ');
    expect(args).toContain('--for 40s --stop-after 320');
    expect(args).not.toContain('--resume');
  });
});

describe('the shards of a job', () => {
  const shardsOf = (shards: number, hasWorkers: boolean) => {
    const args = argsOf(row('run', { shards }), FILES, { hasBegun: false, hasWorkers }, NO_END);
    return /--shards \d+/.exec(args.join(' '))?.[0];
  };

  it('are those that were asked for', () => {
    expect([1, 4].map((shards) => shardsOf(shards, false))).toEqual(['--shards 1', '--shards 4']);
  });

  it('are left to the command where workers share them and no number was asked for', () => {
    expect([1, 4].map((shards) => shardsOf(shards, true))).toEqual([undefined, '--shards 4']);
  });
});
