/** The service: its parts, put together and taken apart. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import type { SharedRun } from '../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../ledger/postgres/shared-runs.ts';
import type { Clock } from '../types/clock.ts';
import { type Access, createAccess } from './http/authentication.ts';
import { type CrossOrigin, createCrossOrigin } from './http/cross-origin.ts';
import type { HostNames } from './http/hosts.ts';
import { createHostNames } from './http/hosts.ts';
import { createLoginCodes } from './http/login-codes.ts';
import { createRateLimit, type RateLimit } from './http/rate-limit.ts';
import { createSessionCookies } from './http/session-cookie.ts';
import { Jobs } from './jobs/jobs.ts';
import { createLedgerRuns, type LedgerRuns, type SharedLedger } from './jobs/ledger-runs.ts';
import { createSharedPlans, type SharedPlan } from './jobs/shared-plan.ts';
import { keyFiles, loadKeys, loadSecretsKey } from './keys.ts';
import { type Channels, createChannels } from './notify/channels.ts';
import { newsOf } from './notify/run-news.ts';
import type { Planner } from './planning/planner.ts';
import type { ScheduleRecord } from './schedule/schedule-record.ts';
import { scheduledJob } from './schedule/scheduled-job.ts';
import { createSchedules, type Schedules } from './schedule/schedules.ts';
import { serviceSettings, unsavedLists } from './settings/service-settings.ts';
import type { LoadSession } from './settings/session.ts';
import { type Audit, createAudit } from './store/audit.ts';
import { openDatabase } from './store/database.ts';
import { createDelayedWrites, type DelayedWrites } from './store/delayed-writes.ts';
import { createEventStore, type EventStore } from './store/event-store.ts';
import { createFacts, type Facts } from './store/facts.ts';
import { lockFolder } from './store/folder-lock.ts';
import { createFunnelStore, type FunnelStore } from './store/funnel-store.ts';
import { createJobStore } from './store/job-store.ts';
import { createListFiles, type ListFiles } from './store/list-files.ts';
import { createPlanStore, type PlanStore } from './store/plan-store.ts';
import { createPointStore } from './store/point-store.ts';
import { createPresetStore, type PresetStore } from './store/preset-store.ts';
import { createSecrets, type Secrets } from './store/secrets.ts';
import { createFeed, type Feed } from './stream/feed.ts';
import { createLogBook, type LogBook } from './stream/log-book.ts';
import { createRotatingFile } from './stream/rotating-file.ts';
import { createServiceLog, type ServiceLog } from './stream/service-log.ts';

export interface ServiceOptions {
  /** Folder of the database, the keys and the files of jobs. */
  readonly folder: string;
  /** Of the database. */
  readonly databasePath: string;
  readonly bind: { readonly host: string; readonly port: number };
  readonly allowedHosts: readonly string[];
  readonly corsOrigins: string | undefined;
  /** Requests a minute of every call, in the place of its own number. */
  readonly rateLimit: number | undefined;
  readonly isTls: boolean;
}

/** What the service is made with. */
export interface ServiceParts {
  readonly host: Host;
  readonly clock: Clock;
  readonly load: LoadSession;
  readonly planner: Planner;
  readonly cluster?: (Omit<ClusterView, 'planOf'> & SharedLedger) | undefined;
}

/** Runs that workers share, in the ledger of the service. */
export interface ClusterView {
  readonly store: SharedRuns;
  /** Address of the ledger, without its password. */
  readonly shown: string;
  /** Undefined for a run of another version. */
  readonly planOf: (run: SharedRun) => SharedPlan | undefined;
}

export interface Service {
  readonly cluster: ClusterView | undefined;
  readonly ledgerRuns: LedgerRuns;
  readonly host: Host;
  readonly clock: Clock;
  readonly options: ServiceOptions;
  readonly access: Access;
  readonly limits: RateLimit;
  readonly crossOrigin: CrossOrigin;
  readonly hostNames: () => HostNames;
  readonly jobs: Jobs;
  readonly feed: Feed;
  readonly logBook: LogBook;
  readonly log: ServiceLog;
  readonly facts: Facts;
  readonly writes: DelayedWrites;
  readonly secrets: Secrets;
  readonly audit: Audit;
  readonly presets: PresetStore;
  readonly funnels: FunnelStore;
  readonly events: EventStore;
  readonly lists: ListFiles;
  readonly plans: PlanStore;
  readonly schedules: Schedules;
  readonly channels: Channels;
  readonly load: LoadSession;
  readonly planner: Planner;
  /** The service's own settings: those of its environment, then those that were applied. */
  readonly base: () => Map<string, string>;
  /** The port is known once it is listened on. */
  listensOn(port: number): void;
  /** @param staysWanted jobs go on when the service comes back */
  close(signal: 'SIGINT' | 'SIGTERM', staysWanted: boolean): Promise<void>;
}

/** Actions that change what others may be looking at: not those of runs, which have events of their own. */
const STORE_ACTION = /^(?!run\.|shared-run\.|backfill\.|schedule\.start)/;

/** A backfill runs once for its days: one that was sent before is refused by the ledger, and named in the log. */
function startScheduled(jobs: Jobs) {
  return async (record: ScheduleRecord, tokens: ReadonlyMap<string, string>): Promise<number> => {
    const { verify, name } = record;
    const job = await jobs.create({
      ...scheduledJob(record, tokens),
      verify,
      name,
      shards: 1,
      again: false,
      remembersTokens: tokens.size > 0,
      source: `schedule ${name}`,
    });
    return job.row.id;
  };
}

/** The log, which begins with what an earlier service has left in its file. */
function openLog(host: Host, clock: Clock, feed: Feed, path: string): Pick<Service, 'log' | 'logBook'> {
  const cannotLog = (error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    host.stderr.write(`warning: The log file cannot be written (${why}).\n`);
  };
  const before = host.exists(path) ? Buffer.from(host.readFile(path)).toString() : '';
  const logBook = createLogBook(feed, createRotatingFile(host, path, cannotLog), before);
  return { logBook, log: createServiceLog(logBook, clock) };
}

/** Tells this service's cookies from those of another one on the same host. */
function instanceOf(facts: Facts, nowMs: number): string {
  const known = facts.read('instance');
  if (typeof known === 'string') return known;
  const made = randomBytes(8).toString('hex');
  facts.write('instance', made, nowMs);
  return made;
}

export async function openService(
  { host, clock, load, planner, cluster }: ServiceParts,
  options: ServiceOptions,
): Promise<Service> {
  const { folder } = options;
  const files = keyFiles(folder);
  const lockPath = join(folder, 'control.lock');
  if (!host.exists(lockPath)) host.writePrivateFile(lockPath, '');
  const unlock = await lockFolder(folder, lockPath);
  const keys = loadKeys(host, files);
  const connection = await openDatabase(host, options.databasePath);
  const facts = createFacts(connection);
  const secrets = createSecrets(connection, loadSecretsKey(host, files));
  const feed = createFeed();
  const { log, logBook } = openLog(host, clock, feed, join(folder, 'service.log'));
  const lists = createListFiles(host, folder);
  for (const env of unsavedLists(host, lists)) {
    log.warning(
      `${env}: ${host.env[env]} does not exist, so what is built in is used until something is saved`,
    );
  }
  const base = () => serviceSettings({ host, lists, facts, secrets });
  const writes = createDelayedWrites(log.warning);
  const points = createPointStore(connection, clock, writes);
  const ledgerRuns = createLedgerRuns(host, cluster);
  const jobs = new Jobs({
    host,
    clock,
    folder,
    store: createJobStore(connection, writes),
    writes,
    points,
    secrets,
    feed,
    log: logBook,
    load,
    ledgerRuns,
    base,
  });
  const channels = createChannels({ connection, secrets, clock, log });
  jobs.onEnd((job) => {
    const news = newsOf(job);
    if (news) void channels.tell(news);
  });
  let hostNames = createHostNames(options.bind, options.allowedHosts);
  return {
    ledgerRuns,
    cluster: cluster && { ...cluster, planOf: createSharedPlans(host.version) },
    host,
    clock,
    options,
    access: createAccess(keys, {
      codes: createLoginCodes(clock.now),
      cookies: createSessionCookies(keys.full, instanceOf(facts, clock.now()), clock.now),
      wrongKeys: createRateLimit(clock.now),
    }),
    limits: createRateLimit(clock.now),
    crossOrigin: createCrossOrigin(options.corsOrigins),
    hostNames: () => hostNames,
    jobs,
    feed,
    logBook,
    log,
    facts,
    writes,
    secrets,
    audit: createAudit(connection, clock, writes, (action, subject) => {
      if (STORE_ACTION.test(action)) feed.publish('store', 'store', { action, subject });
    }),
    presets: createPresetStore({ host, connection, secrets, now: clock.now }),
    funnels: createFunnelStore(connection, lists.funnelConfigPath, clock.now),
    events: createEventStore(connection, lists.eventsFile),
    lists,
    plans: createPlanStore(connection),
    schedules: createSchedules({ connection, clock, log, secrets, start: startScheduled(jobs) }),
    channels,
    load,
    planner,
    base,
    listensOn(port) {
      hostNames = createHostNames({ ...options.bind, port }, options.allowedHosts);
    },
    async close(signal, staysWanted) {
      planner.close();
      await jobs.stopAll(signal, staysWanted);
      writes.retry();
      connection.close();
      unlock();
    },
  };
}
