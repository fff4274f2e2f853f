// Resume: a backfill of a million visits that was cut off at nine tenths, from the command to its first new hit.
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { openDoorway } from '../doorway.mjs';

const VISITS = 1_000_000;
const DAYS = 20;
const BACKFILL =
  'backfill --preset medium --json --no-progress --yes --batch-size 200 --concurrency 16 --shards 1'.split(
    ' ',
  );
const DAYS_BEFORE = 18;
const TIMEOUT_MS = 300_000;

export const title = 'resume at 90 % of a million visits, until the first new hit';
export const unit = 's';
export const mostRounds = 3;

const ENVIRONMENT = {
  BACKFILL_START_DATE: '2025-01-01',
  BACKFILL_END_DATE: `2025-01-${DAYS}`,
  TARGET_VISITS_PER_DAY: String(VISITS / DAYS),
  BACKFILL_MAX_VISITS_PER_DAY: '0',
  BACKFILL_MAX_VISITS_TOTAL: '0',
};

/** Ends the process at the limit, by its id. */
function limited(child) {
  const limit = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  return once(child, 'exit').finally(() => clearTimeout(limit));
}

/** Sends nine tenths of the days, and stops as a signal stops it. */
async function sendMost({ startCommand, dir }, of, url, name) {
  const state = join(dir, `resume-${name}`);
  const { child } = startCommand(of, [...BACKFILL, '--url', url], ENVIRONMENT, state);
  let days = 0;
  let isStopped = false;
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  child.stdout.on('data', (chunk) => {
    days += chunk.toString().split('"type":"day"').length - 1;
    // A second signal would not wait for what is in flight.
    if (days >= DAYS_BEFORE && !isStopped) child.kill('SIGTERM');
    isStopped ||= days >= DAYS_BEFORE;
  });
  const [code] = await limited(child);
  if (code !== 143) throw new Error(`the backfill was to be stopped, but ended with ${code}: ${complaint}`);
  return state;
}

/** Seconds from the command to the first hit of the rest that is accepted. */
async function timeResume({ startCommand, dir }, of, doorway, before) {
  const state = join(dir, 'resume-now');
  cpSync(before, state, { recursive: true });
  const accepted = doorway.next();
  const startMs = performance.now();
  const args = [...BACKFILL, '--resume', '--url', doorway.url];
  const { child, remove } = startCommand(of, args, ENVIRONMENT, state);
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const ended = limited(child);
  const acceptedMs = await Promise.race([accepted, ended.then(() => undefined)]);
  child.kill('SIGKILL');
  await ended;
  remove();
  if (acceptedMs === undefined) throw new Error(`nothing was sent: ${complaint}`);
  return { value: (acceptedMs - startMs) / 1000 };
}

export async function plan(laboratory) {
  const { server, built, earlier } = laboratory;
  const { port, next, close } = await openDoorway(Number(new URL(server.url).port));
  const doorway = { next, url: `http://127.0.0.1:${port}/matomo.php` };
  const sideOf = async (name, of) => {
    const before = await sendMost(laboratory, of, doorway.url, name);
    return { name, measure: () => timeResume(laboratory, of, doorway, before) };
  };
  const ours = await sideOf('ours', built);
  const theirs = earlier && (await sideOf(earlier.ref, earlier));
  return {
    conditions: [server.kind, `${DAYS_BEFORE} of ${DAYS} days sent before`],
    sides: [
      ...(theirs ? [theirs] : []),
      { ...ours, wanted: { of: 'value', atMost: 3 }, ...(theirs ? { against: theirs.name } : {}) },
    ],
    close,
  };
}
