/** The question before a backfill: how many visits of which days go to which site. */
import type { Job } from '../../job/job.ts';
import { formatNumber } from '../../report/format.ts';
import type { CliContext } from '../context.ts';

export interface ConfirmationOptions {
  readonly sink?: boolean;
  readonly yes?: boolean;
}

/** Asks the person at the terminal about each backfill, one after the other; nobody where nobody can answer. */
export function createConfirmation({ host }: CliContext, { sink, yes }: ConfirmationOptions) {
  const { ask } = host;
  if (sink === true || yes === true || ask === undefined) return () => ({});
  let asked: Promise<unknown> = Promise.resolve();
  return (job: Job) => {
    if (job.command !== 'backfill') return {};
    const { from, to, traffic, target } = job;
    const confirm = async (visits: number) => {
      const what = `${formatNumber(visits)} visits for ${from} to ${to} (${traffic.timezone})`;
      const answer = await ask(`Send ${what} to site ${traffic.siteId} at ${target.url}? [y/N] `);
      return /^y(es)?$/i.test(answer.trim());
    };
    return {
      confirm: (visits: number): Promise<boolean> => {
        const answer = asked.then(() => confirm(visits));
        asked = answer.catch(() => {});
        return answer;
      },
    };
  };
}
