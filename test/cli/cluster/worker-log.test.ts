import { expect, it } from 'vitest';
import { createWorkerLog } from '../../../src/cli/cluster/worker-log.ts';
import type { Log } from '../../../src/cli/output/log.ts';
import { EXIT } from '../../../src/errors.ts';
import type { Claim, ShardRow, SharedRun, WorkerRow } from '../../../src/ledger/postgres/shared-rows.ts';
import { createTotals } from '../../../src/ledger/totals.ts';
import { encodeTotals } from '../../../src/shards/serialization.ts';

const RUN: SharedRun = {
  ...{ id: 26, shards: 24, url: 'https://matomo.example.org', site: 1, command: 'run', name: 'default' },
  ...{ version: '1', job: '', options: '', isOneOfSeveral: false },
  ...{ createdMs: 0, startMs: 0, wish: 'run', wishes: 0, endedMs: null },
};
const CLAIM: Claim = { run: 26, shard: 3, epoch: 9, runRow: 40, state: null, former: null };
const OTHER = { hostname: 'node-b', pid: 812 };

const owner: WorkerRow = {
  ...{ ...OTHER, id: 7, machine: '', version: '', lostMs: 0 },
  ...{ sinceMs: 0, seenMs: 0, ageMs: 0, isGone: false },
};
const row: ShardRow = { shard: 3, epoch: 10, worker: 7, isDone: false, state: null, result: null };

/** What the events are in the log. */
function logged(isLedgerAway = false) {
  const lines: string[] = [];
  const tell = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const log: Log = {
    ...{ error: tell('error'), warning: tell('warning'), info: tell('info'), debug: tell('debug') },
    ...{ useLevel: () => {}, isEnabled: () => true, isQuiet: false, isText: true, writeBy: () => {} },
  };
  const events = createWorkerLog(log, {
    shardsOf: async () => [row],
    async workers() {
      if (isLedgerAway) throw new Error('away');
      return [owner];
    },
  });
  return { lines, events };
}

it('says from whom a shard is taken over, why, and what comes next', () => {
  const { lines, events } = logged();
  events.onClaim(RUN, { ...CLAIM, runRow: null });
  events.onClaim(RUN, CLAIM);
  events.onClaim(RUN, { ...CLAIM, former: { ...OTHER, isGone: true, silentMs: 400 } });
  events.onClaim(RUN, { ...CLAIM, former: { ...OTHER, isGone: false, silentMs: 12_000 } });
  const next = 'this worker continues where it stopped, and asks Matomo about hits without a response';
  const about = 'run 26, shard 3 of 24 for https://matomo.example.org';
  expect(lines).toEqual([
    `info: ${about}: taken`,
    `info: ${about}: taken, after another worker gave it back: ${next}`,
    `warning: ${about}: taken over from process 812 on node-b, which has ended: ${next}`,
    `warning: ${about}: taken over from process 812 on node-b, which has not been seen for 12.0 s: ${next}`,
  ]);
});

it.each([
  [false, 'process 812 on node-b has it now'],
  [true, 'any worker may take it'],
])('says why a shard is lost, and who has it (ledger away: %s)', async (isLedgerAway, whose) => {
  const { lines, events } = logged(isLedgerAway);
  events.onLost(CLAIM, 'replaced');
  await new Promise(setImmediate);
  expect(lines).toEqual([
    `warning: run 26, shard 3: lost, because PostgreSQL did not hear from this worker for two leases (LEDGER_LEASE); ${whose}. This worker sends nothing more of it, and takes free shards`,
  ]);
});

it('says what is asked of a run, which shards do it, and what that means', () => {
  const { lines, events } = logged();
  events.onWish(26, 'pause', [3, 4, 7]);
  events.onWish(26, 'stop', [3]);
  expect(lines).toEqual([
    'info: run 26: pause requested (trafficinator pause, the page or the command that created it); shards 3, 4 and 7 here: nothing is sent until somebody resumes it, and hits that are due meanwhile are skipped',
    'info: run 26: stop requested (trafficinator stop, the page or the command that created it, or a worker that cannot go on); shard 3 here: this worker ends its part after the requests in flight, and waits for other runs',
  ]);
});

it('says why a shard waits, and how it ended', () => {
  const { lines, events } = logged();
  events.onClaim(RUN, { ...CLAIM, runRow: null });
  const outage = { failures: 8, reason: 'http-503', retryInMs: 5_000 };
  events.onNews(CLAIM, { kind: 'breaker', job: 0, outage });
  events.onNews(CLAIM, { kind: 'breaker', job: 0, outage: undefined });
  events.onNews(CLAIM, { kind: 'in-doubt', job: 0, count: 2, waitMs: 36_000 });
  const error = { code: 'x', message: 'Access was refused.', exitCode: EXIT.authentication, hint: undefined };
  events.onEnd(CLAIM, { kind: 'failed', error, stopsRun: true });
  events.onEnd(CLAIM, { kind: 'given-back', error: undefined });
  const totals = createTotals();
  totals.hits.planned = 1_230;
  totals.hits.accepted = 1_200;
  const result = {
    ...{ runId: 1, wasDone: false, digest: '', durationMs: 0, pausedMs: 0 },
    ...{
      inDoubt: { recorded: 0, resent: 0, unknown: 0 },
      inFlight: { ceiling: 1, most: 1, settledAt: null },
    },
    totals: encodeTotals(totals),
  };
  events.onEnd(CLAIM, { kind: 'finished', result });
  expect(lines.slice(1)).toEqual([
    'warning: run 26, shard 3: 8 requests in a row to https://matomo.example.org failed (HTTP 503): pausing, next try in 5 s',
    'info: run 26, shard 3: https://matomo.example.org responds again: continuing',
    'info: run 26, shard 3: 2 requests of an earlier process got no response: waiting 36.0 s before Matomo is asked',
    'warning: run 26, shard 3: failed. Access was refused. The other shards would fail too: the whole run is stopped.',
    'info: run 26, shard 3: given back. This worker leaves. Another worker continues where it stopped',
    'info: run 26, shard 3: done, 1,200 of 1,230 hits accepted',
  ]);
});
