/** Two runs side by side: their numbers with the difference, and their curves. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { Curve } from '../../components/charts/curve.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { runs as liveRuns } from '../../live/state.ts';
import { pathTo } from '../../router.ts';
import { lostHitsOf, skippedHitsOf } from '../overview/outcomes.ts';
import { perSecond, usePoints } from '../overview/points.ts';
import { RunTime } from '../overview/times.tsx';

type Totals = NonNullable<Run['totals']>;

interface Row {
  readonly label: string;
  readonly unit?: string;
  readonly of: (totals: Totals) => number;
}

const ROWS: readonly Row[] = [
  { label: 'Visits planned', of: ({ visits }) => visits.planned ?? 0 },
  { label: 'Visits complete', of: ({ visits }) => visits.complete ?? 0 },
  { label: 'Hits accepted', of: ({ hits }) => hits.accepted ?? 0 },
  { label: 'Hits lost', of: lostHitsOf },
  { label: 'Hits skipped', of: skippedHitsOf },
  { label: 'Requests', of: ({ requests }) => requests },
  { label: 'Retries', of: ({ retries }) => retries },
  { label: 'Response time, p50', unit: 'ms', of: ({ latencyMs }) => latencyMs.p50 },
  { label: 'Response time, p95', unit: 'ms', of: ({ latencyMs }) => latencyMs.p95 },
  { label: 'Response time, p99', unit: 'ms', of: ({ latencyMs }) => latencyMs.p99 },
  { label: 'Orders', of: ({ kinds }) => kinds.order ?? 0 },
];

function useRun(id: number): Run | undefined {
  const fetched = useSignal<Run | undefined>(undefined);
  useEffect(() => {
    call('get', '/api/v2/runs/{id}', { path: { id } }).then(
      ({ data }) => {
        fetched.value = data;
      },
      // The column says that there is no such run.
      () => {},
    );
  }, [id, fetched]);
  return liveRuns.value.find((run) => run.id === id) ?? fetched.value;
}

function Curves({ run }: { run: Run }) {
  const points = usePoints(run.id, !run.isEnded);
  const timesMs = points.atMs ?? [];
  const empty = run.isEnded ? { empty: 'The run was too short for a curve.' } : {};
  const hits = (name: string) => ({ colour: name, label: name, values: perSecond(points, name) });
  const latency = (name: string) => ({
    colour: name,
    label: name,
    values: (points[name] ?? []).map((ms, i) => ((points.requests?.[i] ?? 0) > 0 ? ms : undefined)),
  });
  return (
    <div class="stack">
      <Curve
        {...empty}
        title={`Hits of ${run.name}`}
        unit="hits/s"
        digits={1}
        timesMs={timesMs}
        series={['accepted', 'rejected', 'failed', 'unknown'].map(hits)}
      />
      <Curve
        {...empty}
        title={`Response times of ${run.name}`}
        unit="ms"
        timesMs={timesMs}
        series={['p50', 'p95', 'p99'].map(latency)}
      />
    </div>
  );
}

function Heading({ run, id }: { run: Run | undefined; id: number }) {
  if (!run) return <>no run {id}</>;
  return (
    <a href={pathTo('runs', String(id))}>
      {run.name} ({id})
    </a>
  );
}

function difference(a: number, b: number): string {
  if (a === b) return '–';
  const share = a > 0 ? ` (${b > a ? '+' : '−'}${formatNumber((Math.abs(b - a) / a) * 100, 1)} %)` : '';
  return `${b > a ? '+' : '−'}${formatNumber(Math.abs(b - a))}${share}`;
}

export function Compare({ ids: [first, second] }: { ids: readonly [number, number] }) {
  const [a, b] = [useRun(first), useRun(second)];
  return (
    <div class="stack wide">
      <div class="head">
        <div>
          <p>
            <a href={pathTo('runs')}>Runs</a>
          </p>
          <h1>Two runs side by side</h1>
        </div>
      </div>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" class="number">
                <Heading run={a} id={first} />
              </th>
              <th scope="col" class="number">
                <Heading run={b} id={second} />
              </th>
              <th scope="col" class="number">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">State</th>
              <td class="number">{a && <StateMark state={a.state} />}</td>
              <td class="number">{b && <StateMark state={b.state} />}</td>
              <td />
            </tr>
            <tr>
              <th scope="row">Time</th>
              <td class="number breaks">{a && <RunTime run={a} />}</td>
              <td class="number breaks">{b && <RunTime run={b} />}</td>
              <td />
            </tr>
            {ROWS.map(({ label, unit = '', of }) => {
              const [left, right] = [a?.totals && of(a.totals), b?.totals && of(b.totals)];
              const text = (value: number | null | undefined) =>
                typeof value === 'number' ? `${formatNumber(value)} ${unit}` : '–';
              return (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td class="number">{text(left)}</td>
                  <td class="number">{text(right)}</td>
                  <td class="number soft">
                    {typeof left === 'number' && typeof right === 'number' ? difference(left, right) : ''}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div class="columns">
        {a && <Curves run={a} />}
        {b && <Curves run={b} />}
      </div>
    </div>
  );
}
