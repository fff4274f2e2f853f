/** The answer to a call that has started a run. */
import type { Call, Reply } from '../../../http/route.ts';
import type { Job } from '../../../jobs/job.ts';

/** A run that starts at once is shown as running. */
const WAIT_MS = 2000;

export async function startedRun({ service }: Call, job: Job): Promise<Reply> {
  const { clock, jobs } = service;
  const over = new AbortController();
  void job.begun.then(() => over.abort());
  await clock.sleepUntil(clock.now() + WAIT_MS, over.signal);
  const { id } = job.row;
  return { status: 201, json: jobs.view(id), headers: { location: `/api/v2/runs/${id}` } };
}
