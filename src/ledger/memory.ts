/** The ledger in memory, for tests and for runs that need not be kept. */
import { admittedFor, firstOpenDate } from './admissions.ts';
import { isFreeFor, isSameHolder, lockLost } from './holder.ts';
import type {
  Admission,
  AdmissionKey,
  BatchRow,
  Commit,
  DayRow,
  Holder,
  KeptSite,
  Ledger,
  RunFilter,
  RunRow,
} from './ledger.ts';
import { EVERY_BATCH } from './ledger.ts';
import { isOverlapping } from './overlap.ts';

interface KeptRun {
  row: RunRow;
  readonly batches: Map<number, BatchRow>;
  /** Each as JSON, by date. */
  readonly days: Map<string, string>;
}

function matches(run: RunRow, { url, site, command }: RunFilter): boolean {
  return (
    (url === undefined || run.url === url) &&
    (site === undefined || run.site === site) &&
    (command === undefined || run.command === command)
  );
}

/** The batches that the commit changes, undefined for those that it takes away; throws before any is changed. */
function changesOf(run: KeptRun, commit: Commit): Map<number, BatchRow | undefined> {
  const { atMs, begun = [], settled = [], deferred = [], unsent = [] } = commit;
  const changes = new Map<number, BatchRow | undefined>();
  const now = (batch: number) => (changes.has(batch) ? changes.get(batch) : run.batches.get(batch));
  function expectOpen(batch: number): void {
    if (now(batch)?.state === 'settled')
      throw new Error(`batch ${batch} of run ${run.row.id} is already settled`);
  }
  for (const batch of begun) {
    expectOpen(batch);
    changes.set(batch, { batch, state: 'in-flight', outcomes: now(batch)?.outcomes ?? null, begunMs: atMs });
  }
  for (const [state, batches] of [
    ['settled', settled],
    ['deferred', deferred],
  ] as const) {
    for (const { batch, outcomes } of batches) {
      expectOpen(batch);
      changes.set(batch, { batch, state, outcomes, begunMs: now(batch)?.begunMs ?? atMs });
    }
  }
  for (const batch of unsent) {
    const row = now(batch);
    if (row?.state !== 'in-flight') continue;
    changes.set(batch, row.outcomes === null ? undefined : { ...row, state: 'deferred' });
  }
  return changes;
}

type RunStore = Omit<
  Ledger,
  | 'commit'
  | 'prune'
  | 'admitted'
  | 'addAdmitted'
  | 'acquireLock'
  | 'releaseLock'
  | 'site'
  | 'keepSite'
  | 'close'
>;

function createRunStore(kept: Map<number, KeptRun>, known: (id: number) => KeptRun): RunStore {
  let lastId = 0;
  const runs = (filter: RunFilter = {}) =>
    [...kept.values()]
      .map(({ row }) => row)
      .filter((row) => matches(row, filter))
      .reverse()
      .slice(0, filter.limit);

  function change(id: number, part: Partial<RunRow>): RunRow {
    const run = known(id);
    run.row = { ...run.row, ...part };
    return run.row;
  }

  return {
    runs: async (filter) => runs(filter),
    run: async (id) => kept.get(id)?.row,
    async startRun(facts) {
      const open = { resumedMs: null, resumes: 0, endedMs: null, outcome: null, trafficDigest: null };
      const row: RunRow = { ...facts, id: ++lastId, ...open };
      kept.set(row.id, { row, batches: new Map(), days: new Map() });
      return row;
    },
    endRun: async (id, end) => change(id, end),
    async reopenRun(id, by) {
      const resumes = known(id).row.resumes + 1;
      return change(id, { ...by, resumes, endedMs: null, outcome: null, trafficDigest: null });
    },
    overlapping: async (window) => runs().filter((run) => isOverlapping(run, window)),
    async *batches(runId, { from, to } = EVERY_BATCH) {
      const batches = [...(kept.get(runId)?.batches.values() ?? [])];
      yield* batches.filter(({ batch }) => from <= batch && batch <= to).sort((a, b) => a.batch - b.batch);
    },
    days: async (runId) =>
      [...(kept.get(runId)?.days ?? [])]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, day]): DayRow => JSON.parse(day)),
  };
}

function createLockStore() {
  const locks = new Map<string, Holder>();
  const store: Pick<Ledger, 'acquireLock' | 'releaseLock'> = {
    async acquireLock(name, holder, dead) {
      const present = locks.get(name);
      if (!isFreeFor(present, holder, dead)) return present;
      locks.set(name, holder);
      return undefined;
    },
    async releaseLock(name, holder) {
      const present = locks.get(name);
      if (present && isSameHolder(present, holder)) locks.delete(name);
    },
  };
  function keep(lock: Commit['lock'], seenMs: number): void {
    if (!lock) return;
    const present = locks.get(lock.name);
    if (!present || !isSameHolder(present, lock.holder)) throw lockLost(lock.name, present);
    locks.set(lock.name, { ...present, seenMs });
  }
  return { store, keep };
}

export function createMemoryLedger(): Ledger {
  const kept = new Map<number, KeptRun>();
  const admissions = new Map<string, Admission>();
  const locks = createLockStore();
  const sites = new Map<string, KeptSite>();

  function known(id: number): KeptRun {
    const run = kept.get(id);
    if (!run) throw new Error(`expected a run of the ledger, found ${id}`);
    return run;
  }

  const nameOf = ({ url, site, date, shard }: AdmissionKey) => JSON.stringify([url, site, date, shard]);
  function admitted({ url, site, date, shard }: AdmissionKey): number {
    const ofDay = [...admissions.values()].filter(
      (row) => row.url === url && row.site === site && row.date === date,
    );
    return admittedFor(shard, ofDay);
  }
  function addAdmitted(admission: Admission): void {
    const name = nameOf(admission);
    const before = admissions.get(name)?.count ?? 0;
    admissions.set(name, { ...admission, count: before + admission.count });
  }

  return {
    ...createRunStore(kept, known),
    ...locks.store,
    site: async (url, site) => sites.get(`${site} ${url}`),
    async keepSite(url, site, kept) {
      sites.set(`${site} ${url}`, kept);
    },
    admitted: async (key) => admitted(key),
    addAdmitted: async (admission) => addAdmitted(admission),
    async commit(runId, commit) {
      const run = known(runId);
      const changes = changesOf(run, commit);
      locks.keep(commit.lock, commit.atMs);
      for (const [batch, row] of changes) {
        if (row) run.batches.set(batch, row);
        else run.batches.delete(batch);
      }
      commit.admitted?.forEach(addAdmitted);
      if (commit.day) run.days.set(commit.day.date, JSON.stringify(commit.day));
    },
    async prune(beforeMs) {
      const firstDate = firstOpenDate(beforeMs);
      for (const [name, { date }] of admissions) if (date < firstDate) admissions.delete(name);
      const old = [...kept.values()].filter(({ row }) => row.endedMs !== null && row.endedMs < beforeMs);
      for (const { row } of old) kept.delete(row.id);
      return old.length;
    },
    close: async () => {},
  };
}
