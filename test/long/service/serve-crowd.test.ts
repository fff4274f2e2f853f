/** Ten jobs at once, and two hundred pages that follow them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Workplace } from '../../process/binary.ts';
import { endAll, type RunView, serve, until } from '../../process/service/served.ts';

const JOBS = 10;
const STREAMS = 200;
const SETTINGS = { TARGET_VISITS_PER_DAY: 200_000, TRAFFIC_SHAPE: 'flat', VISIT_TIMING: 'compressed' };

/** Follows the stream until all of the runs have told how they get on. */
async function follow(url: string, key: string, runs: ReadonlySet<number>, signal: AbortSignal) {
  const answer = await fetch(`${url}/api/v2/stream?topics=jobs`, { headers: { 'x-api-key': key }, signal });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const decoder = new TextDecoder();
  const missing = new Set(runs);
  let rest = '';
  for await (const chunk of answer.body ?? []) {
    const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = /^event: progress\ndata: (.*)$/m.exec(event)?.[1];
      if (data !== undefined) missing.delete((JSON.parse(data) as { id: number }).id);
    }
    if (missing.size === 0) return true;
  }
  return false;
}

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

describe(`${JOBS} jobs and ${STREAMS} streams`, () => {
  it('are served at once, in little memory', async () => {
    const place = new Workplace();
    try {
      const served = await serve(place);
      const ids: number[] = [];
      for (let job = 0; job < JOBS; job++) {
        const body = { sink: true, settings: SETTINGS };
        ids.push(((await served.ask('/api/v2/runs', { body })).json as RunView).id);
      }
      for (const id of ids) await until(served, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 0);
      const leave = new AbortController();
      const streams = Array.from({ length: STREAMS }, () =>
        follow(served.url, served.key, new Set(ids), leave.signal),
      );
      expect((await Promise.all(streams)).every(Boolean)).toBe(true);
      const residentMegabytes = residentMb(served.running.child.pid ?? 0);
      leave.abort();
      console.log(`${JOBS} jobs, ${STREAMS} streams: the service takes ${residentMegabytes.toFixed(0)} MB`);
      expect(residentMegabytes).toBeLessThan(200);
      const stopped = await Promise.all(
        ids.map((id) => served.ask(`/api/v2/runs/${id}/stop`, { method: 'POST' })),
      );
      expect(stopped.map(({ json }) => (json as RunView).state)).toEqual(ids.map(() => 'stopped'));
      await endAll(served);
    } finally {
      place.remove();
    }
  });
});
