/** Jobs that another process has planned, with their plugins loaded in this one. */
import type { Host } from '../../host.ts';
import type { Job } from '../../job/job.ts';

/** The jobs with what their plugins add, which are the same for all of them. */
export async function withExtensions(host: Host, jobs: readonly Job[]): Promise<readonly Job[]> {
  const [first] = jobs;
  if (!first?.plugins) return jobs;
  const { loadSamePlugins } = await import('../../plugin/load.ts');
  const { extensions } = await loadSamePlugins(host, first.plugins, first.traffic.plugins ?? []);
  return jobs.map((job) => ({ ...job, extensions }));
}
