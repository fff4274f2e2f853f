import { describe, expect, it } from 'vitest';
import { createLog } from '../../../../src/cli/output/log.ts';
import { logEmptyRuns } from '../../../../src/cli/output/messages/empty-run.ts';
import { createTotals } from '../../../../src/ledger/totals.ts';
import { createFakeHost } from '../../../doubles/fake-host.ts';
import { VirtualClock } from '../../../doubles/virtual-clock.ts';
import { liveJob } from '../../../job/live-job.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 8, 30);

function told(planned: number, error: Error | undefined, job = liveJob()) {
  const host = createFakeHost({});
  const log = createLog(host, new VirtualClock(), () => ({}));
  const totals = createTotals();
  totals.visits.planned = planned;
  const facts = { digest: '', seed: '', durationMs: 3000 };
  const end = { job, totals, points: [], facts, hasBegun: true, error, exitCode: 0 };
  const isEmpty = logEmptyRuns(log, [end], false, NOW_MS);
  return { isEmpty, stderr: host.stderrText() };
}

describe('a live run that planned no visit', () => {
  it('is told why, and what would change that', () => {
    const { isEmpty, stderr } = told(0, undefined);
    expect(isEmpty).toBe(true);
    expect(stderr).toContain('No visit was due in 3.0 s: 2,000 visits a day are one every 43.2 s on average');
  });

  it('is told the time and the active hours where it is outside of them', () => {
    const job = liveJob();
    const activeMinutes = { from: 17 * 60, to: 18 * 60 };
    const late = { ...job, traffic: { ...job.traffic, timezone: 'UTC', activeMinutes } };
    expect(told(0, undefined, late).stderr).toContain(
      'No visit was due in 3.0 s: it is 08:30 UTC, and visits start within 17:00-18:00.',
    );
  });

  it('is told nothing beside an error, which is the reason', () => {
    expect(told(0, new Error('Plugin acme is not there.'))).toEqual({ isEmpty: true, stderr: '' });
  });

  it('is told nothing where there was one', () => {
    expect(told(1, undefined)).toEqual({ isEmpty: false, stderr: '' });
  });
});
