/** What is known of hits that were recorded twice: who sent them when, what the ledger had of them, and what Matomo was asked. */
import { setTimeout as delay } from 'node:timers/promises';
import { recordedJob } from '../../../src/cluster/shared-job.ts';
import type { LiveJob } from '../../../src/job/job.ts';
import { prepareLiveRun, scheduleLiveRun } from '../../../src/job/schedule.ts';
import { createHitNumbers } from '../../../src/plan/hit-numbers.ts';
import { createPlan } from '../../../src/plan/plan.ts';
import type { Hooks } from '../../../src/types/plugin-api.ts';
import { encoderOf } from '../../plan/fixtures.ts';
import { planWithHooks } from '../../plan/plugins/with-plugins.ts';
import type { PostgresServer } from '../../postgres/server.ts';
import { type HitRecorder, hitsOf } from './hit-recorder.ts';

/** The ledger at an instant, as one statement has seen it. */
interface Snapshot {
  readonly atMs: number;
  readonly batches: readonly (readonly [run: number, batch: number, state: number])[] | null;
  readonly shards: readonly {
    readonly shard: number;
    readonly worker: number | null;
    readonly epoch: number;
    readonly row: number | null;
    readonly untilMs: number | null;
  }[];
}

const SNAPSHOT = `select json_build_object(
  'batches', (select json_agg(json_build_array(run, batch, state)) from trafficinator.batch),
  'shards', (select json_agg(json_build_object('shard', shard, 'worker', worker, 'epoch', epoch, 'row', run_row,
    'untilMs', state::json -> 'checkpoint' -> 'untilMs')) from trafficinator.shard))::text as seen`;

/** Looks at the batches and shards again and again, as long as a run is gone on with. */
export function watchLedger(server: PostgresServer, url: string) {
  const snapshots: Snapshot[] = [];
  let isOver = false;
  async function look(): Promise<void> {
    while (!isOver) {
      const [row] = await server.query(url, SNAPSHOT);
      snapshots.push({ atMs: Date.now(), ...JSON.parse(String(row?.seen)) });
      await delay(500);
    }
  }
  const done = look();
  return {
    snapshots,
    async close() {
      isOver = true;
      await done;
    },
  };
}

interface Planned {
  readonly shard: number;
  readonly number: number;
  readonly leaveMs: number;
  readonly firstMs: number;
}

/** What the shards of the run have planned, by what is sent. */
function plannedHits(job: LiveJob, hooks: Hooks, startMs: number, endMs: number, shards: number) {
  const plan = createPlan(job.traffic, planWithHooks(hooks).extensions);
  const numberOf = createHitNumbers(plan.calendar.dayAt(startMs).date);
  const planned = new Map<string, Planned>();
  for (let shard = 1; shard <= shards; shard++) {
    const part = { ...job, shard: { index: shard, count: shards } };
    const encoder = encoderOf(job.traffic, false);
    const prepared = prepareLiveRun(part, plan, encoder, startMs);
    const shared = { fromMs: startMs, numberOf };
    const { timeline } = scheduleLiveRun(part, plan, encoder, prepared, startMs, async () => 0, shared);
    let next = timeline.next();
    const firsts = new Map<number, number>();
    for (; !next.done && next.value.leaveMs < endMs; next = timeline.next()) {
      const { id: number, leaveMs, body, hits } = next.value;
      const first = number - (hits[0]?.seq ?? 0);
      if (number === first) firsts.set(first, leaveMs);
      const firstMs = firsts.get(first) ?? Number.NaN;
      for (const hit of hitsOf(body.toString())) planned.set(hit, { shard, number, leaveMs, firstMs });
    }
  }
  return planned;
}

export interface DoubledOptions {
  readonly server: PostgresServer;
  readonly url: string;
  readonly recorder: HitRecorder;
  readonly snapshots: readonly Snapshot[];
  /** Of the plugin of the run. */
  readonly hooks: Hooks;
  readonly killedMs: number;
}

const STATES = ['in flight', 'settled', 'deferred'];

/** What the answer of Matomo has of the visitor. */
function shownOf(answer: string, visitor: string): string {
  const rows: unknown = JSON.parse(answer);
  if (!Array.isArray(rows)) return answer;
  const actions = rows.flatMap((row) => (row.visitorId === visitor ? row.actionDetails : []));
  return actions.map(({ type, timestamp }) => `${type}/${timestamp}`).join(' ') || 'nothing of the visitor';
}

/** For people, with times in ms after the kill; empty where no hit was recorded twice. */
export async function doubledHits({ server, url, recorder, snapshots, hooks, killedMs }: DoubledOptions) {
  const doubled = [...recorder.hits].flatMap(([hit, count]) => (count > 1 ? hit : []));
  if (doubled.length === 0) return '';
  const [run] = await server.query(
    url,
    'select job, shards, start_ms::text as start from trafficinator.shared_run',
  );
  const { job } = recordedJob(String(run?.job));
  if (job.command !== 'run') throw new Error('expected a live run');
  const planned = plannedHits(job, hooks, Number(run?.start), Date.now(), Number(run?.shards));
  const since = (ms: number) => Math.round(ms - killedMs);
  return doubled
    .map((hit) => {
      const { shard, number, leaveMs, firstMs } = planned.get(hit) ?? {
        shard: 0,
        number: 0,
        leaveMs: 0,
        firstMs: 0,
      };
      const visitor = new URLSearchParams(hit).get('cid') ?? '';
      const sent = recorder.receipts.get(hit) ?? [];
      const asked = recorder.questions.filter(({ segment }) => segment.includes(visitor));
      const seen = snapshots.map(({ atMs, batches, shards }) => {
        const owner = shards.find((one) => one.shard === shard);
        const state = (batches ?? []).find(([row, batch]) => row === owner?.row && batch === number)?.[2];
        const row = state === undefined ? 'no row' : STATES[state];
        const until = owner?.untilMs ? since(owner.untilMs) : 'none';
        return { atMs, text: `worker ${owner?.worker}, epoch ${owner?.epoch}, until ${until}, ${row}` };
      });
      return [
        `${hit}\n  shard ${shard}, number ${number}, leaves at ${since(leaveMs)}, its visit from ${since(firstMs)} on`,
        ...sent.map(({ atMs, worker }) => `  recorded at ${since(atMs)} from worker ${worker}`),
        ...seen.flatMap(({ atMs, text }, i) =>
          text === seen[i - 1]?.text ? [] : `  ledger at ${since(atMs)}: ${text}`,
        ),
        ...asked.map(
          ({ atMs, worker, answer }) =>
            `  asked at ${since(atMs)} by worker ${worker}: ${shownOf(answer, visitor)}`,
        ),
      ].join('\n');
    })
    .join('\n');
}
