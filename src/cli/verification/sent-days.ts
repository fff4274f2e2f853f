/** The days that were just sent, for whoever compares them with Matomo's reports. */
import type { Job } from '../../job/job.ts';
import type { SentLedger } from '../../job/verify.ts';
import { countsOf, type Totals } from '../../ledger/totals.ts';
import type { LocalDate } from '../../types/local-date.ts';

export interface SentDays {
  add(job: Job, date: LocalDate, totals: Totals): void;
  datesOf(job: Job): LocalDate[];
  /** A ledger of these days alone, where the workers' own ledgers have ended with them. */
  readonly ledger: SentLedger;
}

export function createSentDays(jobs: readonly Job[]): SentDays {
  const days = jobs.map((): { date: LocalDate; counts: unknown }[] => []);
  return {
    add: (job, date, totals) => void days[jobs.indexOf(job)]?.push({ date, counts: countsOf(totals) }),
    datesOf: (job) => days[jobs.indexOf(job)]?.map(({ date }) => date) ?? [],
    ledger: {
      runs: async ({ url, site }) =>
        jobs.flatMap(({ target, traffic }, id) =>
          target.url === url && traffic.siteId === site ? { id, seed: traffic.seed } : [],
        ),
      days: async (id) => days[id] ?? [],
    },
  };
}
