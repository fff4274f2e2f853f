// The control service under load: how late the hits of a run leave while its clients ask 1,000 times a second.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';

const HITS_PER_SECOND = 500;
const REQUESTS_PER_SECOND = 1000;
const FEWEST_SECONDS = 10;
const ALONE = 'nobody asks';
const FREE_LIMIT = '100000000';

export const title = 'schedule lag of a run of the service';
export const unit = 'p99 ms';
export const mostRounds = 3;

/** Visits that are short: soon after the start, the hits of a second are those of every later one. */
function settingsFor({ hitsPerVisit }) {
  return {
    VISIT_RATE: `${(HITS_PER_SECOND / hitsPerVisit).toFixed(3)}/s`,
    VISIT_TIMING: 'compressed',
    VISIT_DURATION_MIN: '0.1',
    VISIT_DURATION_MAX: '0.1',
    PAUSE_BETWEEN_PVS_MIN: '0.05',
    PAUSE_BETWEEN_PVS_MAX: '0.2',
  };
}

async function openService({ startCommand, built, dir }, flags) {
  const state = join(dir, `service-${performance.now()}`);
  const { child, remove } = startCommand(built, ['serve', '--port', '0', ...flags], {}, state);
  const ended = once(child, 'exit');
  child.stderr.resume();
  let told = '';
  for await (const chunk of child.stdout) {
    told += chunk;
    const [, url] = /Listening at (\S+)/.exec(told) ?? [];
    if (url === undefined) continue;
    const key = readFileSync(join(state, 'control.key'), 'utf8').trim();
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    const ask = async (path, body) => {
      const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const answer = await fetch(url + path, { headers, ...sent });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    };
    const close = async () => {
      child.kill('SIGINT');
      await ended;
      remove();
    };
    return { url, headers, ask, close };
  }
  throw new Error(`the service did not start: ${told}`);
}

async function ended(ask, id) {
  for (;;) {
    const run = await ask(`/api/v2/runs/${id}`);
    if (run.isEnded) return run;
    await delay(1000);
  }
}

/** Clients that ask for the status at a steady rate, whatever the answer. */
async function askForStatus({ url, headers }, seconds) {
  const { statusCodeStats, latency, errors, timeouts } = await autocannon({
    url: `${url}/api/status`,
    headers,
    connections: 20,
    overallRate: REQUESTS_PER_SECOND,
    duration: seconds,
  });
  const count = (code) => statusCodeStats[code]?.count ?? 0;
  return {
    'answers/s': (count('200') + count('429')) / seconds,
    '429/s': count('429') / seconds,
    'answer p99 ms': latency.p99,
    'no answer': errors + timeouts,
  };
}

async function measure(laboratory, seconds, flags, isAsked) {
  const service = await openService(laboratory, flags);
  try {
    const settings = settingsFor(laboratory.bodies);
    const body = { preset: 'medium', settings, forSeconds: seconds };
    const { id } = await service.ask('/api/v2/runs', body);
    while ((await service.ask(`/api/v2/runs/${id}`)).state === 'starting') await delay(100);
    const asked = isAsked ? await askForStatus(service, seconds) : {};
    const { error } = await ended(service.ask, id);
    if (error) throw new Error(error);
    const { lagMs, hits, durationMs } = await service.ask(`/api/v2/runs/${id}/summary`);
    const { p50, p99, max } = lagMs;
    return { value: p99, p50, max, 'hits/s': (hits.accepted / durationMs) * 1000, ...asked };
  } finally {
    await service.close();
  }
}

export function plan(laboratory, options) {
  const seconds = Math.max(options.seconds, FEWEST_SECONDS);
  const side = (name, flags, isAsked) => ({
    name,
    measure: () => measure(laboratory, seconds, flags, isAsked),
    ...(isAsked ? { against: ALONE } : {}),
  });
  return {
    conditions: [
      `${HITS_PER_SECOND} hits/s for ${seconds} s`,
      `${REQUESTS_PER_SECOND} requests/s of /api/status`,
    ],
    sides: [
      side(ALONE, [], false),
      side('with the usual limits', [], true),
      side('without limits', ['--rate-limit', FREE_LIMIT], true),
    ],
  };
}
