/** What a day will look like, from the plan itself: nothing is sent. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call, isAway, Problem } from '../../api/client.ts';
import { Columns } from '../../components/columns.tsx';
import type { DraftState } from '../../settings/draft.ts';

const AFTER_CHANGE_MS = 300;

interface Total {
  readonly visits: { readonly planned: number };
  readonly hits: { readonly planned: number };
  readonly kinds: Readonly<Record<string, number>>;
  readonly revenue?: number;
  readonly visitsByTime?: readonly { readonly label: string; readonly visits: number }[];
}

const KINDS: Readonly<Record<string, string>> = {
  pageview: 'pages viewed',
  event: 'events',
  search: 'site searches',
  outlink: 'outlinks',
  download: 'downloads',
  content: 'content seen or clicked',
  goal: 'goals',
  order: 'orders',
  cart: 'cart updates',
  ping: 'heartbeats',
};

export function DayPreview({ state }: { state: DraftState }) {
  const total = useSignal<Total | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const request = JSON.stringify(state.request());
  useEffect(() => {
    const over = new AbortController();
    const timer = setTimeout(async () => {
      isBusy.value = true;
      try {
        const { preset, settings } = state.request();
        const { data } = await call('post', '/api/v2/previews', {
          body: { preset, settings },
          signal: over.signal,
        });
        // The summary has the shape that `--json` prints.
        total.value = data.total as unknown as Total;
        problem.value = undefined;
      } catch (error) {
        if (over.signal.aborted) return;
        if (error instanceof Problem) problem.value = error.message;
        else if (isAway(error)) problem.value = 'The service does not answer.';
        else throw error;
      }
      isBusy.value = false;
    }, AFTER_CHANGE_MS);
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [request, state, total, problem, isBusy]);
  const { value: day } = total;
  return (
    <section class="card stack" aria-busy={isBusy.value}>
      <h2>What a day will look like</h2>
      {problem.value !== undefined && <p class="bad">{problem.value}</p>}
      {!day && problem.value === undefined && (
        <p class="soft" role="status">
          Planning a day …
        </p>
      )}
      {day && problem.value === undefined && (
        <>
          <p>
            <strong>{formatNumber(day.visits.planned)} visits</strong> with {formatNumber(day.hits.planned)}{' '}
            hits
            {isBusy.value && <span class="soft"> · planning again …</span>}
          </p>
          {day.visitsByTime && (
            <Columns
              title="Visits by hour"
              unit="visits"
              labelEvery={6}
              columns={day.visitsByTime.map(({ label, visits }) => ({ label, value: visits }))}
            />
          )}
          <dl class="facts">
            {Object.entries(day.kinds)
              .filter(([, count]) => count > 0)
              .map(([kind, count]) => (
                <div key={kind}>
                  <dt>{KINDS[kind] ?? kind}</dt>
                  <dd>{formatNumber(count)}</dd>
                </div>
              ))}
            {(day.revenue ?? 0) > 0 && (
              <div>
                <dt>revenue</dt>
                <dd>{formatNumber(day.revenue ?? 0, 2)}</dd>
              </div>
            )}
          </dl>
        </>
      )}
    </section>
  );
}
