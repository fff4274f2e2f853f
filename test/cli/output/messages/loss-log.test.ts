import { describe, expect, it } from 'vitest';
import { createLog, type LogFlags } from '../../../../src/cli/output/log.ts';
import { createLossLog } from '../../../../src/cli/output/messages/loss-log.ts';
import { createActivity } from '../../../../src/job/monitor/activity.ts';
import { createTotals } from '../../../../src/ledger/totals.ts';
import { createFakeHost } from '../../../doubles/fake-host.ts';
import { VirtualClock } from '../../../doubles/virtual-clock.ts';
import { liveJob } from '../../../job/live-job.ts';

const AT_MS = Date.parse('2026-03-01T06:55:12Z');

function watch(flags: LogFlags = {}) {
  const host = createFakeHost({});
  const clock = new VirtualClock(AT_MS);
  const totals = createTotals();
  const running = [{ job: liveJob(), totals, activity: createActivity() }];
  const look = createLossLog(
    createLog(host, clock, () => ({ logFormat: 'json', ...flags })),
    clock,
    running,
  );
  const lines = () =>
    host
      .stderrText()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  /** Looks once a second. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await clock.advance(1000);
      look();
    }
  }
  return { totals, pass, lines };
}

describe('the log of what goes wrong', () => {
  it('tells the first of each kind at once: what, when, which page, which status, and what to do', async () => {
    const { totals, pass, lines } = watch();
    totals.failedAttempts['http-503'] = 1;
    totals.examples['http-503'] = { atMs: AT_MS, url: 'https://shop.example/cart', status: 503 };
    await pass(1);
    totals.reasons.forbidden = 2;
    // The same, as a failed attempt: it is told once.
    totals.failedAttempts['http-403'] = 2;
    totals.examples['http-403'] = { atMs: AT_MS, url: 'https://shop.example/checkout', status: 403 };
    totals.examples.forbidden = { atMs: AT_MS, url: 'https://shop.example/checkout', status: 403 };
    await pass(1);
    expect(lines()).toMatchObject([
      {
        level: 'warning',
        code: 'losing-http-503',
        message: 'a request failed: HTTP 503. Example: 06:55:12 UTC, https://shop.example/cart, HTTP 503',
        hint: expect.stringContaining('"The server fails or cannot be reached"'),
      },
      {
        code: 'losing-forbidden',
        message: expect.stringMatching(
          /^hits were not accepted: .*Example: 06:55:12 UTC, .*checkout, HTTP 403$/,
        ),
        hint: expect.stringMatching(/firewall.*docs\/troubleshooting\.md, "A firewall refuses hits"/),
      },
    ]);
  });

  it('then has counts, once a minute, however many are lost', async () => {
    const { totals, pass, lines } = watch();
    for (let second = 0; second < 150; second++) {
      totals.failedAttempts['no-answer'] = (totals.failedAttempts['no-answer'] ?? 0) + 3;
      totals.reasons['no-answer'] = (totals.reasons['no-answer'] ?? 0) + 2;
      await pass(1);
    }
    expect(lines().map(({ message }) => message)).toEqual([
      'hits were not accepted: no response came',
      'in the last 1 min 0 s, hits not accepted: 120 no response came; failed attempts: 180 no response came',
      'in the last 1 min 0 s, hits not accepted: 120 no response came; failed attempts: 180 no response came',
    ]);
  });

  it('is bounded where a server thinks up statuses, and says nothing of what is intended or quiet', async () => {
    const { totals, pass, lines } = watch();
    totals.reasons.stopped = 100;
    totals.reasons.capped = 3;
    await pass(61);
    expect(lines()).toEqual([]);
    for (let status = 400; status < 500; status++) totals.failedAttempts[`http-${status}`] = 1;
    await pass(1);
    expect(lines()).toHaveLength(20);
    const quiet = watch({ quiet: true });
    quiet.totals.reasons.forbidden = 1;
    await quiet.pass(61);
    expect(quiet.lines()).toEqual([]);
  });
});
