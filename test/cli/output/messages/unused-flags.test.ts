import { expect, it } from 'vitest';
import { createLog } from '../../../../src/cli/output/log.ts';
import { logUnusedFlags } from '../../../../src/cli/output/messages/unused-flags.ts';
import { createFakeHost } from '../../../doubles/fake-host.ts';
import { VirtualClock } from '../../../doubles/virtual-clock.ts';

function told(flags: Parameters<typeof logUnusedFlags>[2], urlFrom = '--url'): string {
  const host = createFakeHost({});
  logUnusedFlags(
    createLog(host, new VirtualClock(), () => ({})),
    new Map([['matomoUrl', urlFrom]]),
    flags,
  );
  return host.stderrText();
}

it('says which flags change nothing, and nothing of those that do', () => {
  expect(told({ sink: true })).toBe(
    'warning: --url is not used: with --sink, visits go to the embedded endpoint.\n',
  );
  expect(told({ dryRun: true, verify: true })).toMatch(/^warning: --verify is not used: a dry run/);
  expect(told({ dryRun: true })).toBe('');
  expect(told({ sink: true }, 'MATOMO_URL')).toBe('');
  expect(told({ verify: true })).toBe('');
});
