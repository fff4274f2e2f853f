import { describe, expect, it } from 'vitest';
import { createLog } from '../../../../src/cli/output/log.ts';
import { createOutageLog } from '../../../../src/cli/output/messages/outage-log.ts';
import { createFakeHost } from '../../../doubles/fake-host.ts';
import { VirtualClock } from '../../../doubles/virtual-clock.ts';

const JOB = { name: 'shop-1', target: { url: 'https://matomo.example/matomo.php' } };

async function linesOf(reason: string, isOneOfSeveral: boolean) {
  const host = createFakeHost({});
  const clock = new VirtualClock();
  const log = createLog(host, clock, () => ({ logFormat: 'json' }));
  const report = createOutageLog({ clock, log }, JOB, isOneOfSeveral);
  report({ failures: 8, reason, retryInMs: 5000 });
  await clock.advance(42_000);
  report(undefined);
  return host
    .stderrText()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the lines about a target that is down', () => {
  it('say which one, why, when it is tried again, and how long it was down', async () => {
    expect(await linesOf('http-503', true)).toMatchObject([
      {
        level: 'warning',
        code: 'target-down',
        message:
          '8 requests in a row to shop-1 (https://matomo.example/matomo.php) failed (HTTP 503): pausing, next try in 5 s',
      },
      {
        level: 'info',
        code: 'target-back',
        message: 'shop-1 (https://matomo.example/matomo.php) responds again after 42.0 s: continuing',
      },
    ]);
  });

  it.each([
    ['unreachable', 'no connection'],
    ['no-answer', 'no response came'],
    ['connection-lost', 'the connection broke before the response'],
    ['not-matomo', 'a response that is not Matomo’s'],
    ['dns-strange', 'dns strange'],
  ])('have %s in words, and only the address of a single target', async (reason, words) => {
    const [down] = await linesOf(reason, false);
    expect(down.message).toContain(' in a row to https://matomo.example/matomo.php failed');
    expect(down.message).toContain(`(${words})`);
  });
});
