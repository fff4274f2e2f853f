/** How many visits of past runs came to each step of a funnel. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { runs as liveRuns } from '../../live/state.ts';

const MOST_RUNS = 500;

export interface Completion {
  readonly entered: number;
  readonly completed: number;
  /** Visits that came to each step. */
  readonly steps: readonly number[];
  readonly runs: number;
}

const NONE: Completion = { entered: 0, completed: 0, steps: [], runs: 0 };

function added(sum: Completion, { totals }: Run, name: string): Completion {
  const counts = totals?.funnels[name];
  if (!counts || counts.entered === 0) return sum;
  const length = Math.max(sum.steps.length, counts.steps.length);
  return {
    entered: sum.entered + counts.entered,
    completed: sum.completed + counts.completed,
    steps: Array.from({ length }, (_, i) => (sum.steps[i] ?? 0) + (counts.steps[i] ?? 0)),
    runs: sum.runs + 1,
  };
}

/** Of the last runs that the service has, and of those that are at work as they go on. */
export function useCompletion(): (name: string) => Completion {
  const loaded = useSignal<readonly Run[]>([]);
  useEffect(() => {
    void attempt(async () => {
      const { data } = await call('get', '/api/v2/runs', { query: { limit: MOST_RUNS } });
      loaded.value = data.runs;
    });
  }, [loaded]);
  const all = [...new Map([...loaded.value, ...liveRuns.value].map((run) => [run.id, run])).values()];
  return (name) => all.reduce((sum, run) => added(sum, run, name), NONE);
}

export function PastCompletion({ name }: { name: string }) {
  const { entered, completed, steps, runs } = useCompletion()(name);
  return (
    <section class="card stack">
      <h2>In past runs</h2>
      {entered === 0 ? (
        <p class="soft">No visit has gone through this funnel yet.</p>
      ) : (
        <>
          <p>
            {formatNumber(completed)} of {formatNumber(entered)} visits completed it (
            {formatNumber((completed / entered) * 100, 1)} %), in {runs} {runs === 1 ? 'run' : 'runs'}.
          </p>
          <ol class="stack" style={{ gap: '.25rem' }}>
            {steps.map((visits, i) => (
              <li key={i} class="row" style={{ flexWrap: 'nowrap' }}>
                <span class="share">
                  <i style={{ width: `${(visits / entered) * 100}%` }} />
                </span>
                <span>
                  {formatNumber(visits)} <span class="soft">step {i + 1}</span>
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
