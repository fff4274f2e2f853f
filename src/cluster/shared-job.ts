/** A job as it is kept for all workers: without secrets, which each worker has from its own settings. */
import type { Job } from '../job/job.ts';
import type { InDoubtPolicy } from '../job/ledger/in-doubt.ts';
import type { BackfillOptions } from '../job/ledger/lifecycle.ts';
import { digestOfSettings } from '../job/schedule.ts';
import type { TargetAccess } from '../matomo/http/access.ts';
import { PLAN_VERSION } from '../plan/plan.ts';

/** Of the target: how a worker gets to it, which the job does not say. */
export type Access = Pick<TargetAccess, 'apiUrl' | 'token' | 'tokenIn' | 'headers' | 'proxies'>;

export interface SharedOptions extends BackfillOptions {
  readonly inDoubt: InDoubtPolicy;
}

/** `0.1.0, plan 8`: workers of another version would send other visits, or write what others cannot read. */
export function sharedVersion(version: string): string {
  return `${version}, plan ${PLAN_VERSION}`;
}

/** Whether this program plans what a run of the version sends. */
export function isOfThisPlan(shared: string): boolean {
  return shared.endsWith(`, plan ${PLAN_VERSION}`);
}

export interface SharedJob {
  readonly job: Job;
  /** True: whoever sends needs a token. */
  readonly needsToken: boolean;
  /** Of what is planned: says that it was read as it was written. */
  readonly digest: string;
}

/** JSON has no infinity: the last stage of a load profile has no end. */
const INFINITE = { number: 'infinite' };
const isInfinite = (value: unknown) =>
  typeof value === 'object' && value !== null && 'number' in value && value.number === INFINITE.number;

export function writeJob({ extensions: _loaded, ...job }: Job): string {
  const { apiUrl: _, token, tokenIn: __, headers: ___, proxies: ____, ...target } = job.target;
  const shared: SharedJob = {
    job: { ...job, target: { ...target, token: undefined } },
    needsToken: token !== undefined,
    digest: digestOfSettings(job),
  };
  return JSON.stringify(shared, (_name, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? INFINITE : value,
  );
}

function parsed(text: string): SharedJob {
  return JSON.parse(text, (_name, value: unknown) => (isInfinite(value) ? Number.POSITIVE_INFINITY : value));
}

/** To tell of it, not to work on it: another version may have written it. */
export function recordedJob(text: string): Pick<SharedJob, 'job' | 'digest'> {
  return parsed(text);
}

/** To work on it. */
export function readJob(text: string): SharedJob {
  const shared = parsed(text);
  if (digestOfSettings(shared.job) !== shared.digest)
    throw new Error('the job of a shared run was not read as it was written');
  return shared;
}

export function withAccess<T extends Job>(job: T, access: Access): T {
  return { ...job, target: { ...job.target, ...access } };
}
