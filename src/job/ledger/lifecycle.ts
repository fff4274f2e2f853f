/** Whether a backfill may start: it runs once, is continued when it was cut off, and never twice by accident. */
import { EXIT, UserError } from '../../errors.ts';
import { type Ledger, type RunFacts, type RunRow, shownNumber, type Window } from '../../ledger/ledger.ts';
import { sentSince } from './remaining-days.ts';
import { differencesOf } from './settings-difference.ts';

export interface BackfillOptions {
  /** Continue an unfinished backfill of the same window; nothing to do where it is finished. */
  readonly resume: boolean;
  /** Send the window though it has been sent before; with `resume`, what is left of the run though others have sent it since. */
  readonly again: boolean;
  /** With `again`: a run of the window with this number or a higher one is the one that was begun, and is continued. */
  readonly againFrom?: number | undefined;
  /** Only days that other runs have left are sent. */
  readonly isRemainder?: boolean | undefined;
}

export type Opening =
  | { readonly kind: 'new' }
  | { readonly kind: 'resume'; readonly run: RunRow }
  | { readonly kind: 'done'; readonly run: RunRow };

/** `run 12 of 2026-10-01 to 2026-10-14, started 2026-11-02 08:30 UTC, stopped`. */
function inWords(run: RunRow): string {
  const { from, to, startedMs, outcome } = run;
  const started = new Date(startedMs).toISOString().slice(0, 16).replace('T', ' ');
  return `run ${shownNumber(run)} (${from} to ${to}, started ${started} UTC, ${outcome ?? 'not finished'})`;
}

function refuse(code: string, message: string, hint: string): UserError {
  return new UserError(message, { code, exitCode: EXIT.usage, hint });
}

/** Why the facts do not continue the run. */
function settingsChanged(run: RunRow, facts: RunFacts, shapingNames: readonly string[]): UserError {
  const differences = differencesOf(run, facts, shapingNames);
  const how =
    differences.length > 0
      ? differences.join('; ')
      : 'the ledger does not say which (an older version wrote it)';
  return refuse(
    'settings-changed',
    `Nothing can be resumed: ${inWords(run)} has different settings, another seed or other days: ${how}.`,
    `--resume ${shownNumber(run)} uses the days and settings of that run; --again sends these days again.`,
  );
}

/** @throws UserError where going on with the run would send days that other runs have sent since it began */
async function refuseRepeats(ledger: Ledger, run: RunRow, others: readonly RunRow[]): Promise<void> {
  const repeated = await sentSince(ledger, run, others);
  const [first, last] = [repeated[0], repeated.at(-1)];
  if (!first || !last) return;
  const days = first === last ? first.date : `${repeated.length} days from ${first.date} to ${last.date}`;
  const number = shownNumber(run);
  throw refuse(
    'days-sent-since',
    `${days} of ${inWords(run)} were sent by run ${shownNumber(last.run)} since then: to continue would send them twice.`,
    `To send them again, in addition, use --resume ${number} --again. To send only the days that are missing, use --existing skip.`,
  );
}

/**
 * @param shapingNames of the settings that change what is sent
 * @throws UserError where the window, or a part of it, has been sent and the options do not say what to do about it
 */
export async function openBackfill(
  ledger: Ledger,
  facts: RunFacts,
  window: { readonly from: string; readonly to: string },
  options: BackfillOptions,
  shapingNames: readonly string[] = [],
): Promise<Opening> {
  const isAgain = options.again && !options.resume;
  if (isAgain && options.againFrom === undefined) return { kind: 'new' };
  const before = await ledger.overlapping({
    url: facts.url,
    site: facts.site,
    shard: facts.shard,
    ...window,
  });
  const last = before[0];
  if (!last) return { kind: 'new' };
  const oldest = isAgain ? (options.againFrom ?? 0) : 0;
  const same = before.find(
    ({ id, digest, shard }) => id >= oldest && digest === facts.digest && shard === facts.shard,
  );
  if (isAgain || options.isRemainder) {
    if (!same) return { kind: 'new' };
    return { kind: same.outcome === 'done' ? 'done' : 'resume', run: same };
  }
  if (options.resume) {
    if (same?.outcome === 'done') return { kind: 'done', run: same };
    if (same) {
      if (!options.again) await refuseRepeats(ledger, same, before);
      return { kind: 'resume', run: same };
    }
    const isMeant = ({ outcome, from, to }: RunRow) =>
      outcome !== 'done' || (from === window.from && to === window.to);
    throw settingsChanged(before.find(isMeant) ?? last, facts, shapingNames);
  }
  if (same && same.outcome !== 'done') {
    throw refuse(
      'unfinished-backfill',
      `A backfill of these days is not finished: ${inWords(same)}.`,
      'Continue it with --resume. To send only the days that are missing, use --existing skip. To send all visits again, in addition to those already sent, use --again.',
    );
  }
  const unfinished = before.find(({ outcome }) => outcome !== 'done');
  throw refuse(
    'overlapping-backfill',
    `Some of these days were already sent to site ${facts.site}: ${inWords(last)}.`,
    `${unfinished ? `--resume ${shownNumber(unfinished)} continues ${unfinished === last ? 'that run' : 'one that was not finished'}. ` : ''}To send only the days that are missing, use --existing skip. To send all of them again, in addition, use --again. \`trafficinator history\` shows what was sent.`,
  );
}

/**
 * The newest backfill that has sent visits of the window that may be the very same, since they have one seed.
 * @param mayBe a run that is not the one that asks
 */
export async function sentWithSeed(
  ledger: Pick<Ledger, 'overlapping' | 'batches'>,
  window: Window,
  seed: string,
  mayBe: (run: RunRow) => boolean = () => true,
): Promise<RunRow | undefined> {
  for (const run of await ledger.overlapping(window)) {
    if (run.seed === seed && mayBe(run) && (await hasBatches(ledger, run.id))) return run;
  }
  return undefined;
}

/** Whether another backfill has sent visits that may be the very same as the run's. */
export async function isSentBefore(ledger: Ledger, run: RunRow): Promise<boolean> {
  const { id, url, site, shard, seed, from, to } = run;
  if (from === null || to === null) return false;
  const found = await sentWithSeed(ledger, { url, site, shard, from, to }, seed, (other) => other.id !== id);
  return found !== undefined;
}

async function hasBatches(ledger: Pick<Ledger, 'batches'>, id: number): Promise<boolean> {
  for await (const _ of ledger.batches(id)) return true;
  return false;
}

/** @throws UserError that names who is at work */
export function refuseSecond(
  holder: {
    readonly pid: number;
    readonly hostname: string;
    readonly sinceMs: number;
    readonly command: string;
  },
  url: string,
  site: number,
): never {
  const since = new Date(holder.sinceMs).toISOString().slice(0, 19).replace('T', ' ');
  throw refuse(
    'target-locked',
    `Another ${holder.command} is sending to site ${site} at ${url}: process ${holder.pid} on ${holder.hostname}, since ${since} UTC.`,
    'Wait for it, or stop it. A process that crashed does not block new ones.',
  );
}
