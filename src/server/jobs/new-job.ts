/** A job before it begins: what was asked for, checked, and as it is written down. */
import { parse } from 'dotenv';
import { effectiveSeed } from '../../config/rules/effective.ts';
import { thresholdsOf } from '../../config/schema/threshold.ts';
import { SettingsError } from '../../errors.ts';
import { conflict } from '../http/refusal.ts';
import { filtered, type Values, valuesOf, WINDOW_NAMES } from '../settings/names.ts';
import type { Resolved, SettingsRequest } from '../settings/resolve.ts';
import type { JobRow } from '../store/job-store.ts';
import type { Job } from './job.ts';

export interface NewJob extends Omit<SettingsRequest, 'base'> {
  readonly name: string | undefined;
  readonly shards: number;
  readonly again: boolean;
  readonly verify: boolean;
  /** Of a backfill, in the place of its window: those of so many last days that were not sent. */
  readonly catchUpDays?: number;
  /** Tokens are kept, encrypted, so that the job goes on after a restart of the service. */
  readonly remembersTokens: boolean;
  readonly source: string;
  /** Of the job that it repeats: its settings are given as they came out, and came from there. */
  readonly origin?: Pick<JobRow['request'], 'presets' | 'origins'>;
}

/** The settings with the window of the last days, where those are caught up with. */
export function withWindow({ given, catchUpDays }: Pick<NewJob, 'given' | 'catchUpDays'>): Values {
  if (catchUpDays === undefined) return given;
  const rest = filtered(given, (env) => !WINDOW_NAMES.includes(env));
  const days = String(catchUpDays);
  return new Map([...rest, ['BACKFILL_DAYS_BACK', days], ['BACKFILL_DURATION_DAYS', days]]);
}

/** Two jobs of one kind cannot send to one site at the same time: the ledger refuses the second one. @throws Refusal */
export function refuseSecond(
  { session }: Resolved,
  { command, isSink }: NewJob,
  atWork: Iterable<Job>,
): void {
  if (isSink) return;
  const wanted = session.targets.map(({ settings }) => `${settings.matomoUrl} ${settings.siteId}`);
  for (const { row, progress } of atWork) {
    if (row.command !== command || row.request.isSink) continue;
    const taken = progress.targets().find(({ url, site }) => wanted.includes(`${url} ${site}`));
    if (!taken) continue;
    const message = `Run ${row.id} (${row.name}) already sends to site ${taken.site} at ${taken.url}`;
    throw conflict('target-locked', message, 'Stop it, or wait until it has ended.');
  }
}

/** @throws SettingsError */
function checkShards({ session }: Resolved, { shards }: NewJob): void {
  const { concurrency } = session.settings;
  if (shards <= concurrency) return;
  const message = `shards must be at most CONCURRENCY, which is ${concurrency}, but is ${shards}.`;
  throw new SettingsError([{ code: 'out-of-range', subject: 'shards', message }]);
}

/** The seed is written down: what it is derived from may be elsewhere when the job goes on. */
function settingsText({ session, text }: Resolved, command: JobRow['command']): string {
  const name = command === 'backfill' ? 'BACKFILL_SEED' : 'SEED';
  if (new RegExp(`^${name}=`, 'm').test(text)) return text;
  const seed = effectiveSeed(session.targets[0]?.settings ?? session.settings, command);
  return `${text}${name}='${seed}'\n`;
}

/** @param newestRun of the ledger, where the job sends a window again. @throws SettingsError */
export function newJobRow(
  request: NewJob,
  resolved: Resolved,
  { createdMs, newestRun }: { readonly createdMs: number; readonly newestRun: number },
): Pick<JobRow, 'command' | 'name' | 'request' | 'settings' | 'createdMs' | 'source'> {
  checkShards(resolved, request);
  const { command, isSink, shards, again, verify, forMs, name, source, catchUpDays, origin } = request;
  const { presets, origins } = origin ?? { ...request, origins: Object.fromEntries(resolved.origins) };
  const preset = presets.at(-1);
  return {
    command,
    name: name ?? (preset ? `${command} ${preset}` : command),
    request: {
      presets,
      isSink,
      shards,
      again,
      ...(again ? { againFrom: newestRun + 1 } : {}),
      ...(catchUpDays === undefined ? {} : { catchUpDays }),
      verify,
      forMs: forMs ?? null,
      origins,
      thresholds: thresholdsOf(resolved.session.settings.thresholds),
      secretNames: isSink ? [] : [...resolved.secrets.keys()],
    },
    settings: settingsText(resolved, command),
    createdMs,
    source,
  };
}

/** The same job once more. What its presets have set is among its settings, as it was. */
export function repetitionOf(
  { command, request, settings, name }: JobRow,
  tokens: Values,
): Omit<NewJob, 'source' | 'remembersTokens'> {
  const { presets, origins, isSink, shards, verify, forMs } = request;
  return {
    command,
    presets: [],
    origin: { presets, origins },
    given: new Map([...valuesOf(parse(settings)), ...tokens]),
    isSink,
    shards,
    again: false,
    verify,
    name: name || presets.at(-1),
    ...(forMs === null ? {} : { forMs }),
  };
}
