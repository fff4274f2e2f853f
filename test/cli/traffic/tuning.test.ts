import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { systemClock } from '../../../src/run/clock.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';

describe('the process of a backfill', () => {
  it.each([
    { what: 'once it sends', more: ['--sink'], code: 0, times: 1 },
    { what: 'once a dry run plans', more: ['--dry-run'], code: 0, times: 1 },
    { what: 'not where nothing begins', more: ['--sink', '--concurrency', '0'], code: 2, times: 0 },
  ])('is tuned for a long run: $what', async ({ more, code, times }) => {
    let tuned = 0;
    const host = {
      ...createFakeHost({ files: packageFiles() }),
      tuneForLongRun: () => {
        tuned += 1;
      },
    };
    const args = ['backfill', '--preset', 'light', '--days-back', '1', '--visits-per-day', '3', '--yes'];
    expect(await main([...args, ...more], host, systemClock)).toBe(code);
    expect(tuned).toBe(times);
  });
});
