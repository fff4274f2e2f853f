import { describe, expect, it } from 'vitest';
import {
  type JobSituation,
  nextAfter,
  type ProcessEnd,
  stateAtEnd,
  stateAtWork,
} from '../../src/server/jobs/job-state.ts';

const END: ProcessEnd = { exitCode: undefined, how: 'SIGKILL', lastWords: '', lastError: undefined };
const LOCKED = { message: 'Another run is sending.', code: 'target-locked' };

function situation(more: Partial<JobSituation> = {}): JobSituation {
  return {
    isWanted: true,
    isStopping: false,
    crashes: 0,
    workedMs: 5000,
    mayWaitForTarget: false,
    outage: undefined,
    ...more,
  };
}

describe('a process that crashes', () => {
  it('is followed by another one, each time later, five times in a row', () => {
    const delays: number[] = [];
    let crashes = 0;
    for (;;) {
      const next = nextAfter(END, situation({ crashes }));
      if (next.kind === 'finish') {
        expect(next).toEqual({ kind: 'finish', exitCode: 1, error: expect.stringContaining('SIGKILL') });
        break;
      }
      delays.push(next.delayMs);
      if (next.kind === 'restart') crashes = next.crashes;
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000]);
  });

  it('after a minute of work crashes for the first time', () => {
    const next = nextAfter(END, situation({ crashes: 5, workedMs: 61_000 }));
    expect(next).toEqual({ kind: 'restart', delayMs: 1000, crashes: 1 });
  });

  it('is the end of a job that is stopping or that nobody wants, told with its last words', () => {
    for (const more of [{ isStopping: true }, { isWanted: false }]) {
      const next = nextAfter({ ...END, lastWords: 'out of memory' }, situation(more));
      const error = 'Its process ended without a result (SIGKILL). Last words: out of memory';
      expect(next).toEqual({ kind: 'finish', exitCode: 143, error });
    }
  });
});

describe('a process that ends', () => {
  it('is the end of the job, with its last error where it failed', () => {
    const lastError = { message: 'Matomo refused the token.', code: 'token-refused' };
    const finish = (exitCode: number, error: string | null) => ({ kind: 'finish', exitCode, error });
    expect(nextAfter({ ...END, exitCode: 0, lastError }, situation())).toEqual(finish(0, null));
    expect(nextAfter({ ...END, exitCode: 4, lastError }, situation())).toEqual(finish(4, lastError.message));
    expect(nextAfter({ ...END, exitCode: 6 }, situation())).toEqual(finish(6, null));
  });

  it('because the one before it has the target is started again, as long as that may take', () => {
    const end = { ...END, exitCode: 2, lastError: LOCKED };
    expect(nextAfter(end, situation({ mayWaitForTarget: true, crashes: 2 }))).toEqual({
      kind: 'restart',
      delayMs: 500,
      crashes: 2,
    });
    expect(nextAfter(end, situation())).toMatchObject({ kind: 'finish', error: LOCKED.message });
    const unwanted = situation({ mayWaitForTarget: true, isWanted: false });
    expect(nextAfter(end, unwanted)).toMatchObject({ kind: 'finish' });
  });
});

describe('a process that finds the server down', () => {
  const DOWN = { message: 'shop.example refused the connection.', code: 'target-refused' };
  const end = { ...END, exitCode: 3, lastError: DOWN };

  it('is followed by another one, each time later, up to 15 s, and the page says why', () => {
    const delays = Array.from({ length: 7 }, (_, waits) => {
      const next = nextAfter(end, situation({ outage: { waits, isKnown: true } }));
      expect(next).toMatchObject({ kind: 'wait', waits: waits + 1, error: `${DOWN.message} Trying again.` });
      return next.kind === 'wait' && next.delayMs;
    });
    expect(delays).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('is the end of a job that does not wait, is stopping, or has met something else', () => {
    const outage = { waits: 0, isKnown: false };
    const finish = { kind: 'finish', exitCode: 3, error: DOWN.message };
    expect(nextAfter(end, situation())).toEqual(finish);
    expect(nextAfter(end, situation({ outage, isStopping: true }))).toEqual(finish);
    const refused = { message: 'no hits for site 1', code: 'site-refused' };
    const other = { ...end, lastError: refused };
    expect(nextAfter(other, situation({ outage }))).toMatchObject({ kind: 'finish' });
    expect(nextAfter(other, situation({ outage: { waits: 0, isKnown: true } }))).toMatchObject({
      kind: 'wait',
    });
  });
});

describe('the state', () => {
  it('follows the pause while the process works, and stays when it is stopping or has ended', () => {
    expect(stateAtWork('starting', false)).toBe('running');
    expect(stateAtWork('running', true)).toBe('paused');
    for (const state of ['stopping', 'done', 'stopped', 'failed'] as const) {
      expect(stateAtWork(state, false)).toBe(state);
    }
  });

  it('at the end follows the exit code', () => {
    expect([0, 130, 143, 1, 5, 6].map(stateAtEnd)).toEqual([
      'done',
      'stopped',
      'stopped',
      'failed',
      'failed',
      'failed',
    ]);
  });
});
