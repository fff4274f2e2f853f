/** Runs as users know them: one for each start of a command, however many shards have sent it. */
import { countsOfDays, type DayCounts } from './day-counts.ts';
import type { Ledger, RunFilter, RunRow } from './ledger.ts';

/** Without the process where there are several. */
export type KnownRun = Omit<RunRow, 'pid' | 'hostname'> & Partial<Pick<RunRow, 'pid' | 'hostname'>>;

/** Who is at work on a run that workers share, while it goes on. */
export interface SharedProgress {
  /** Such as `running`, `paused`, `waiting` for workers. */
  readonly state: string;
  readonly workers: number;
  /** Shards that a worker has. */
  readonly taken: number;
  readonly done: number;
  /** Workers that are alive, whatever they work on. */
  readonly alive: number;
  /** Workers that are alive and take no part, with their reasons. */
  readonly refusals: readonly {
    readonly worker: number;
    readonly hostname: string;
    readonly pid: number;
    readonly reason: string;
  }[];
}

export interface RecordedRun {
  readonly run: KnownRun;
  /** Of a run that workers share; undefined for one that has no parts. */
  readonly shards: number | undefined;
  /** Undefined for one that is over, or that has no parts. */
  readonly progress?: SharedProgress | undefined;
  /** The runs of the ledger that hold its days. */
  readonly parts: readonly number[];
  readonly counts: DayCounts;
}

export interface RunHistory {
  /** Newest first. */
  runs(filter: RunFilter & { readonly limit: number }): Promise<RecordedRun[]>;
  run(id: number): Promise<RecordedRun | undefined>;
}

/** Of a ledger in which every run is one of its own. */
export function historyOf(ledger: Pick<Ledger, 'run' | 'runs' | 'days'>): RunHistory {
  async function recorded(run: RunRow): Promise<RecordedRun> {
    const counts = countsOfDays(await ledger.days(run.id));
    return { run, shards: undefined, parts: [run.id], counts };
  }
  return {
    runs: async (filter) => Promise.all((await ledger.runs(filter)).map(recorded)),
    async run(id) {
      const run = await ledger.run(id);
      return run && recorded(run);
    },
  };
}
