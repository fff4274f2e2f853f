import { describe, expect, it } from 'vitest';
import { openFilesLimit, withinOpenFiles } from '../../../src/cli/traffic/open-files.ts';
import type { Job } from '../../../src/job/job.ts';
import { createFakeHost } from '../../doubles/fake-host.ts';

const limits = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax cpu time              unlimited            unlimited            seconds   \nMax open files            ${soft.padEnd(20)} 1048576              files     \n`;
const hostWith = (soft: string) => createFakeHost({ files: { '/proc/self/limits': limits(soft) } });

function jobOf(concurrency: number): Job {
  return { target: { concurrency } } as Job;
}

function within(soft: string, concurrencies: readonly number[], processes = 1, isSink = false) {
  const warnings: string[] = [];
  const log = { warning: (message: string) => void warnings.push(message) };
  const context = { host: hostWith(soft), log } as unknown as Parameters<typeof withinOpenFiles>[0];
  const jobs = withinOpenFiles(context, concurrencies.map(jobOf), processes, isSink);
  return { warnings, concurrencies: jobs.map(({ target }) => target.concurrency) };
}

describe('the number of files that a process may open', () => {
  it('is read where the system tells it', () => {
    expect(openFilesLimit(hostWith('64'))).toBe(64);
    expect(openFilesLimit(hostWith('unlimited'))).toBeUndefined();
    expect(openFilesLimit(createFakeHost())).toBeUndefined();
  });

  it('changes nothing where it is enough', () => {
    expect(within('1024', [50, 500])).toEqual({ warnings: [], concurrencies: [50, 500] });
  });

  it('lowers the concurrency where it is not, and says so once', () => {
    const { warnings, concurrencies } = within('64', [50]);
    expect(concurrencies).toEqual([24]);
    expect(warnings).toEqual([
      'CONCURRENCY is 50, but a process may open only 64 files here: up to 24 requests at a time are sent',
    ]);
    expect(within('64', [50, 50, 5]).concurrencies).toEqual([8, 8, 5]);
    expect(within('20', [50]).concurrencies).toEqual([1]);
  });

  it('counts what each of several processes needs, and both ends where the endpoint is in the process', () => {
    expect(within('64', [40], 2)).toEqual({ warnings: [], concurrencies: [40] });
    expect(within('64', [50], 2).concurrencies).toEqual([48]);
    expect(within('64', [50], 1, true).concurrencies).toEqual([12]);
  });
});
