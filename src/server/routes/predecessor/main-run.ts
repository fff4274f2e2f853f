/** The one live run that clients of the earlier control service know as the container. */
import { parse } from 'dotenv';
import { UserError } from '../../../errors.ts';
import { Refusal } from '../../http/refusal.ts';
import type { Job } from '../../jobs/job.ts';
import type { Service } from '../../service.ts';
import { filtered, isBackfillName, isSecretName, isSettingName, valuesOf } from '../../settings/names.ts';
import { withoutLogins } from '../../settings/url-logins.ts';
import type { JobRow } from '../../store/job-store.ts';
import { MASKED } from '../../store/secrets.ts';
import { containerState } from './names.ts';

/** How long an answer waits for the first hit, or for what keeps it from leaving. */
const BEGIN_WAIT_MS = 5000;
const RUN_NAME = 'live traffic';

export interface ActionResult {
  readonly success: boolean;
  readonly message: string;
  readonly state: string;
  readonly status: string;
  readonly error: string | null;
}

/** The newest live run; one that is at work goes before those that have ended. */
export function mainRun({ jobs }: Service): JobRow | undefined {
  return jobs.newest('run');
}

export function mainJob(service: Service): Job | undefined {
  const row = mainRun(service);
  return row && service.jobs.job(row.id);
}

export function resultOf(service: Service, message: string, error: string | null = null): ActionResult {
  const state = containerState(mainRun(service)?.state);
  return { success: error === null, message, state, status: state, error };
}

/** Settings that a client gives in either spelling; what is no setting is ignored, as it always was. */
export function givenSettings(config: Readonly<Record<string, unknown>>): Map<string, string> {
  const known = Object.entries(withoutLogins(config))
    .filter(([name, value]) => isSettingName(name) && value !== MASKED)
    .map(([name, value]) => [name, wholeVisits(name, value)] as const);
  return filtered(valuesOf(Object.fromEntries(known)), (name) => !isBackfillName(name));
}

/** A day has whole visits; earlier settings allowed for a fraction. */
function wholeVisits(name: string, value: unknown): unknown {
  const isFraction = /^target_visits_per_day$/i.test(name) && Number(value) % 1 !== 0;
  return isFraction && Number.isFinite(Number(value)) ? Math.max(1, Math.round(Number(value))) : value;
}

/** Starts the live run, and waits for its first hit. @param values settings on top of the service's own */
export async function startMain(
  service: Service,
  who: string,
  values: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const { jobs, clock } = service;
  const job = await jobs.create({
    command: 'run',
    presets: [],
    given: values,
    isSink: false,
    name: RUN_NAME,
    shards: 1,
    again: false,
    verify: false,
    remembersTokens: false,
    source: who,
  });
  const over = new AbortController();
  void job.begun.then(() => over.abort());
  await clock.sleepUntil(clock.now() + BEGIN_WAIT_MS, over.signal);
  const { state, error, startedMs } = job.row;
  if (state === 'failed') return error ?? 'It ended at once';
  return state === 'stopped' && startedMs === null
    ? 'Somebody else stopped it before its first hit'
    : undefined;
}

/** What a run was started with, without what its processes may not write down. */
export function settingsOf({ settings }: JobRow): Map<string, string> {
  return filtered(valuesOf(parse(settings)), (name) => !isSecretName(name));
}

/** Words for what kept something from being done; a conflict is an answer of its own. @throws Refusal */
export function errorText(error: unknown): string {
  if (error instanceof UserError || (error instanceof Refusal && error.status !== 409)) return error.message;
  throw error;
}
