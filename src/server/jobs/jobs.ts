/** All jobs of the service: those that are at work, and the way from what a client asks for to a job. */
import { join } from 'node:path';
import { parse } from 'dotenv';
import { effectiveSeed } from '../../config/rules/effective.ts';
import { thresholdsOf } from '../../config/schema/threshold.ts';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Clock } from '../../types/clock.ts';
import { conflict, notFound, Refusal } from '../http/refusal.ts';
import { filtered, isSecretName, valuesOf } from '../settings/names.ts';
import {
  bareEnvironment,
  type Resolved,
  resolveSettings,
  type SettingsRequest,
} from '../settings/resolve.ts';
import type { LoadSession } from '../settings/session.ts';
import { isEnded, type JobRequest, type JobRow, type JobStore } from '../store/job-store.ts';
import type { Secrets } from '../store/secrets.ts';
import type { Feed } from '../stream/feed.ts';
import type { LogBook } from '../stream/log-book.ts';
import { argsOf, type JobFiles, restOf } from './attempts.ts';
import { createJob, type Job } from './job.ts';
import { runsOfJob } from './ledger-runs.ts';
import type { Progress } from './progress.ts';
import type { Work } from './protocol.ts';
import { jobView } from './view.ts';

/** Jobs that are kept after their end, with their files. */
const MOST_KEPT = 500;
/** Jobs at work at a time. */
const MOST_AT_WORK = 50;

export interface NewJob extends Omit<SettingsRequest, 'base'> {
  readonly name: string | undefined;
  readonly shards: number;
  readonly again: boolean;
  readonly verify: boolean;
  /** Tokens are kept, encrypted, so that the job goes on after a restart of the service. */
  readonly remembersTokens: boolean;
  readonly source: string;
}

export interface Jobs {
  /** Checks what is asked for, and starts nothing. @throws SettingsError */
  resolve(request: Omit<SettingsRequest, 'base'>): Promise<Resolved>;
  /** @throws SettingsError or Refusal */
  create(request: NewJob): Promise<Job>;
  /** Jobs of this life of the service, and those of earlier ones. */
  view(id: number): ReturnType<typeof jobView>;
  job(id: number): Job | undefined;
  row(id: number): JobRow;
  rows(limit: number): JobRow[];
  /** The one at work that began last, else the last one that has ended. */
  newest(command: JobRow['command']): JobRow | undefined;
  readonly atWork: readonly Job[];
  /** Goes on with what an earlier life of the service was to do. */
  goOn(): Promise<void>;
  /** Another live run with the settings and tokens of an earlier one. */
  repeat(id: number, source: string): Promise<Job>;
  /** Goes on with a backfill that has ended before it was done. @throws Refusal */
  resume(id: number, tokens: ReadonlyMap<string, string>, remembers: boolean): Job;
  stopAll(signal: 'SIGINT' | 'SIGTERM', staysWanted: boolean): Promise<void>;
  /** Forgets a job that has ended, with its files. */
  remove(id: number): void;
  files(id: number): JobFiles;
  /** The environment and files of a command that looks at things for the service. */
  workFor(args: readonly string[], resolved: Resolved): Work;
  /** The same for a job that has ended, with its settings and tokens. */
  lookAt(id: number, args: readonly string[]): Work;
  /** Numbers of the runs in the ledger that the job has made. */
  ledgerRuns(id: number): Promise<number[]>;
  /** Whoever wants to know of every job that has ended. */
  onEnd(listener: (job: Job) => void): void;
}

export interface JobsRules {
  readonly host: Host;
  readonly clock: Clock;
  readonly folder: string;
  readonly store: JobStore;
  readonly secrets: Secrets;
  readonly feed: Feed;
  readonly log: LogBook;
  readonly load: LoadSession;
  /** The service's own settings: its environment, and what was applied. */
  readonly base: () => ReadonlyMap<string, string>;
}

export function createJobs(rules: JobsRules): Jobs {
  const { host, clock, folder, store, secrets, feed, log, load, base } = rules;
  const jobs = new Map<number, Job>();
  /** Tokens of jobs at work, by environment name. */
  const tokens = new Map<number, ReadonlyMap<string, string>>();
  const limits = new Map<number, { durationMs: number | undefined; visits: number }>();
  const listeners: ((job: Job) => void)[] = [];

  const files = (id: number): JobFiles => {
    const own = join(folder, 'jobs', String(id));
    return {
      settings: join(own, 'settings.env'),
      report: join(own, 'report.html'),
      summary: join(own, 'summary.json'),
      days: join(own, 'days.csv'),
    };
  };

  const resolve = (request: Omit<SettingsRequest, 'base'>) =>
    resolveSettings(host, load, folder, { ...request, base: base() }, clock.now());

  const environment = (values: ReadonlyMap<string, string>) => ({
    ...bareEnvironment(host.env),
    ...Object.fromEntries(values),
    NO_COLOR: '1',
  });

  /** What the service knows of an ended or resumed job's limits: from its settings, as they were frozen. */
  function limitsOf(row: JobRow) {
    const known = limits.get(row.id);
    if (known) return known;
    const found = (name: string) => Number(new RegExp(`^${name}=(.+)$`, 'm').exec(row.settings)?.[1] ?? 0);
    const hours = found('AUTO_STOP_AFTER_HOURS');
    const own = { durationMs: hours > 0 ? hours * 3_600_000 : undefined, visits: found('STOP_AFTER_VISITS') };
    limits.set(row.id, own);
    return own;
  }

  function tokensOf(id: number): ReadonlyMap<string, string> {
    return tokens.get(id) ?? new Map([...resolveSecrets(), ...secrets.read(`job ${id}`)]);
  }

  /** Tokens of the service's own settings. */
  function resolveSecrets(): ReadonlyMap<string, string> {
    return filtered(base(), isSecretName);
  }

  function work(row: JobRow, progress: Progress): Work | undefined {
    const own = files(row.id);
    const sent = progress.totals?.visits.planned ?? 0;
    const rest = restOf(row, limitsOf(row), sent, clock.now());
    // A process may have been killed before it could tell that it had begun.
    const hasBegun = row.startedMs !== null || (row.pid !== null && !row.request.again);
    if (row.command === 'run' && row.startedMs !== null && (rest.forMs === 0 || rest.visits === 0))
      return undefined;
    const text = `# ${row.command} ${row.id}: the settings in force\n${row.settings}`;
    host.writePrivateFile(own.settings, text);
    return { args: argsOf(row, own, hasBegun, rest), env: environment(tokensOf(row.id)), files: {} };
  }

  function onChange(job: Job, what: 'state' | 'progress'): void {
    feed.publish('jobs', what === 'state' ? 'job' : 'progress', jobView(job.row, job));
    if (what === 'progress' || !isEnded(job.row.state)) return;
    for (const listener of listeners) listener(job);
    if (!job.row.isWanted) {
      tokens.delete(job.row.id);
      secrets.write(`job ${job.row.id}`, new Map());
    }
    jobs.delete(job.row.id);
    tidy();
  }

  function tidy(): void {
    for (const { id, state } of store.jobs(MOST_KEPT + 20).slice(MOST_KEPT)) if (isEnded(state)) remove(id);
  }

  function remove(id: number): void {
    for (const path of Object.values(files(id))) host.removeFile(path);
    host.removeFolder(join(folder, 'jobs', String(id)));
    store.remove(id);
  }

  function begin(row: JobRow): Job {
    const job = createJob(row, { host, clock, store, log, work, onChange });
    jobs.set(row.id, job);
    return job;
  }

  /** Two jobs of one kind cannot send to one site at the same time: the ledger refuses the second one. */
  function refuseSecond({ session }: Resolved, { command, isSink }: NewJob): void {
    if (isSink) return;
    const wanted = session.targets.map(({ settings }) => `${settings.matomoUrl} ${settings.siteId}`);
    for (const { row, progress } of jobs.values()) {
      if (row.command !== command) continue;
      const taken = progress.targets().find(({ url, site }) => wanted.includes(`${url} ${site}`));
      if (!taken || row.request.isSink) continue;
      const message = `Job ${row.id} (${row.name}) already sends to site ${taken.site} at ${taken.url}`;
      throw conflict('target-locked', message, 'Stop it, or wait until it has ended.');
    }
  }

  const all: Jobs = {
    resolve,
    async create(request) {
      const atWork = [...jobs.values()].length;
      if (atWork >= MOST_AT_WORK) {
        throw new Refusal(409, `${atWork} jobs are running, which is the maximum`, { code: 'too-many-jobs' });
      }
      const resolved = await resolve(request);
      refuseSecond(resolved, request);
      const { settings } = resolved.session;
      const { command, presets, isSink, shards, again, verify, forMs, name, source } = request;
      if (shards > settings.concurrency) {
        const message = `shards must be at most CONCURRENCY, which is ${settings.concurrency}, but is ${shards}.`;
        throw new SettingsError([{ code: 'out-of-range', subject: 'shards', message }]);
      }
      const own: JobRequest = {
        presets,
        isSink,
        shards,
        again,
        verify,
        forMs: forMs ?? null,
        origins: Object.fromEntries(resolved.origins),
        thresholds: thresholdsOf(settings.thresholds),
      };
      const row = store.create({
        command,
        name: name ?? (presets.at(-1) ? `${command} ${presets.at(-1)}` : command),
        request: own,
        // The seed is written down: what it is derived from may be elsewhere when the job goes on.
        settings: withSeed(
          resolved.text,
          command,
          effectiveSeed(resolved.session.targets[0]?.settings ?? settings, command),
        ),
        createdMs: clock.now(),
        source,
      });
      tokens.set(row.id, resolved.secrets);
      if (request.remembersTokens) secrets.write(`job ${row.id}`, resolved.secrets);
      const job = begin(row);
      job.start(false);
      return job;
    },
    view: (id) => {
      const job = jobs.get(id);
      return jobView(job?.row ?? rowOr404(store, id), job);
    },
    job: (id) => jobs.get(id),
    row: (id) => jobs.get(id)?.row ?? rowOr404(store, id),
    rows: (limit) => store.jobs(limit).map((row) => jobs.get(row.id)?.row ?? row),
    newest: (command) =>
      [...jobs.values()].findLast(({ row }) => row.command === command && !isEnded(row.state))?.row ??
      store.newest(command),
    get atWork() {
      return [...jobs.values()];
    },
    async goOn() {
      const rows = store.wanted();
      await Promise.all(
        rows.map(async (row) => {
          const job = begin({ ...row, state: 'restarting', endedMs: null, exitCode: null, error: null });
          const words = row.command === 'backfill' ? 'is resumed' : 'continues';
          log.add({
            atMs: clock.now(),
            level: 'info',
            job: row.id,
            message: `${row.name} ${words}: the service was not running`,
            code: 'goes-on',
          });
          if (row.pid) await untilGone(row.pid);
          job.start(true);
        }),
      );
    },
    resume(id, given, remembers) {
      const row = jobs.get(id)?.row ?? rowOr404(store, id);
      if (row.command !== 'backfill') throw conflict('not-a-backfill', 'Only a backfill can be resumed');
      if (jobs.has(id)) throw conflict('at-work', 'The backfill is running');
      if (row.state === 'done') throw conflict('run-done', 'The backfill is done', 'Prepare another one.');
      if (given.size > 0) tokens.set(id, new Map([...resolveSecrets(), ...given]));
      if (remembers) secrets.write(`job ${id}`, given);
      const again = {
        isWanted: true,
        state: 'starting',
        error: null,
        endedMs: null,
        exitCode: null,
      } as const;
      store.change(id, again);
      const job = begin({ ...row, ...again });
      job.start(true);
      return job;
    },
    async stopAll(signal, staysWanted) {
      await Promise.all([...jobs.values()].map((job) => job.stop({ signal, staysWanted })));
    },
    remove(id) {
      if (jobs.has(id)) throw conflict('at-work', 'The job is running', 'Stop it first.');
      rowOr404(store, id);
      remove(id);
    },
    files,
    workFor(args, resolved) {
      const path = join(folder, 'look.env');
      return {
        args: [...args, '--config', path],
        env: environment(resolved.secrets),
        files: { [path]: resolved.text },
      };
    },
    lookAt(id, args) {
      const { settings } = rowOr404(store, id);
      const path = join(folder, 'look.env');
      return {
        args: [...args, '--config', path],
        env: environment(tokensOf(id)),
        files: { [path]: settings },
      };
    },
    async ledgerRuns(id) {
      const { outcome, startedMs } = rowOr404(store, id);
      if (startedMs === null) return [];
      return runsOfJob(host, outcome, startedMs);
    },
    onEnd: (listener) => void listeners.push(listener),
    repeat(id, source) {
      const { command, request, settings, name } = rowOr404(store, id);
      const { presets, isSink, shards, verify, forMs } = request;
      return all.create({
        command,
        // What the presets have set is among the settings, as it was.
        presets: [],
        given: new Map([...valuesOf(parse(settings)), ...tokensOf(id)]),
        isSink,
        shards,
        again: false,
        verify,
        name: name || presets.at(-1),
        remembersTokens: secrets.read(`job ${id}`).size > 0,
        source,
        ...(forMs === null ? {} : { forMs }),
      });
    },
  };
  return all;

  /** An earlier process of the job drains when its service is gone. */
  async function untilGone(pid: number): Promise<void> {
    const never = new AbortController();
    for (let tries = 0; tries < 1200 && host.isRunning(pid); tries++) {
      await clock.sleepUntil(clock.now() + 100, never.signal);
    }
  }
}

function rowOr404(store: JobStore, id: number): JobRow {
  const row = store.job(id);
  if (!row) throw notFound('Run');
  return row;
}

function withSeed(text: string, command: 'run' | 'backfill', seed: string): string {
  const name = command === 'backfill' ? 'BACKFILL_SEED' : 'SEED';
  return new RegExp(`^${name}=`, 'm').test(text) ? text : `${text}${name}='${seed}'\n`;
}
