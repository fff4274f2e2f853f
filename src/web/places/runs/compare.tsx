/** Two runs side by side: their numbers with the difference, and their curves. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { Curve, type SeriesOf } from '../../components/charts/curve.tsx';
import { Head } from '../../components/head.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { runs as liveRuns } from '../../live/state.ts';
import { pathTo } from '../../router.ts';
import { emptyText, perSecond, resolutionOf, usePoints } from '../overview/curves/points.ts';
import { lostHitsOf, skippedHitsOf } from '../overview/outcomes.ts';
import { RunTime } from '../overview/times.tsx';
import { numberAndServer } from './run-name.ts';

type Totals = NonNullable<Run['totals']>;

interface Row {
  readonly label: string;
  /** With a blank before it. */
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
  { label: 'Response time, p50', unit: ' ms', of: ({ latencyMs }) => latencyMs.p50 },
  { label: 'Response time, p95', unit: ' ms', of: ({ latencyMs }) => latencyMs.p95 },
  { label: 'Response time, p99', unit: ' ms', of: ({ latencyMs }) => latencyMs.p99 },
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

function useCurves(run: Run | undefined) {
  const points = usePoints(run?.id, run?.isEnded === false, run && resolutionOf(run));
  const hasAny = (name: string) => (points[name] ?? []).some((value) => value > 0);
  const hits = ['accepted', ...['rejected', 'failed', 'unknown'].filter(hasAny)].map((name) => ({
    colour: name,
    label: name,
    values: perSecond(points, name),
  }));
  const latency = ['p50', 'p95', 'p99'].map((name) => ({
    colour: name,
    label: name,
    values: (points[name] ?? []).map((ms, i) => ((points.requests?.[i] ?? 0) > 0 ? ms : undefined)),
  }));
  return { timesMs: points.atMs ?? [], empty: emptyText(points, run?.isEnded === false), hits, latency };
}

const highestOf = (all: readonly SeriesOf[]) =>
  Math.max(0, ...all.flatMap(({ values }) => values.map((value) => value ?? 0)));

/** The same kind of curve of both beside each other, on one scale. */
function Curves({ a, b }: { a: Run | undefined; b: Run | undefined }) {
  const curves = [
    { run: a, ...useCurves(a) },
    { run: b, ...useCurves(b) },
  ];
  const charts = [
    { of: 'hits', title: 'Hits', unit: 'hits/s', digits: 1 },
    { of: 'latency', title: 'Response times', unit: 'ms', digits: 0 },
  ] as const;
  return (
    <div class="columns">
      {charts.flatMap(({ of, title, unit, digits }) => {
        const reach = highestOf(curves.flatMap((curve) => curve[of]));
        return curves.map(({ run, timesMs, empty, ...series }, i) =>
          run === undefined ? null : (
            <Curve
              key={`${of} ${i}`}
              title={`${title}, ${i === 0 ? 'first' : 'second'} run`}
              unit={unit}
              digits={digits}
              timesMs={timesMs}
              series={series[of]}
              reach={reach}
              empty={empty}
            />
          ),
        );
      })}
    </div>
  );
}

function Heading({ run, id }: { run: Run | undefined; id: number }) {
  if (!run) return <>no run {id}</>;
  return (
    <>
      <a href={pathTo('runs', String(id))}>{run.name}</a> <span class="soft">{numberAndServer(run)}</span>
    </>
  );
}

/** A number that is so many times the other says more than thousands of percents. */
const MANY = 3;

function difference(a: number, b: number, unit: string): string {
  if (a === b) return '–';
  const sign = b > a ? '+' : '−';
  const change = `${sign}${formatNumber(Math.abs(b - a))}${unit}`;
  if (a <= 0) return change;
  const share = formatNumber((Math.abs(b - a) / a) * 100, 1);
  return `${change} (${b >= MANY * a ? `${formatNumber(b / a, 1)} times` : `${sign}${share} %`})`;
}

/** What the table tells of a run; undefined while it is not known. */
type Told = (run: Run) => ComponentChildren;

interface Line {
  readonly label: string;
  readonly told: Told;
  readonly unit?: string;
  /** Undefined where a difference says nothing. */
  readonly of?: Row['of'];
}

const LINES: readonly Line[] = [
  { label: 'State', told: ({ state }) => <StateMark state={state} /> },
  { label: 'Time', told: (run) => <RunTime run={run} /> },
  ...ROWS.map(({ label, unit = '', of }) => ({
    label,
    unit,
    of,
    told: ({ totals }: Run) => (totals ? `${formatNumber(of(totals))}${unit}` : '–'),
  })),
];

function columnsFor(a: Run | undefined, b: Run | undefined): readonly Column<Line>[] {
  const column = (title: string, run: Run | undefined): Column<Line> => ({
    title,
    of: ({ told }) => (run ? told(run) : '–'),
    isNumber: true,
  });
  return [
    { title: 'What', of: ({ label }) => label, isHead: true },
    column('First run', a),
    column('Second run', b),
    {
      title: 'Difference',
      of: ({ of, unit = '' }) =>
        of && a?.totals && b?.totals ? difference(of(a.totals), of(b.totals), unit) : '–',
      isNumber: true,
    },
  ];
}

export function Compare({ ids: [first, second] }: { ids: readonly [number, number] }) {
  const [a, b] = [useRun(first), useRun(second)];
  return (
    <div class="stack wide">
      <Head above="runs" title="Two runs side by side" />
      <dl class="facts">
        <div>
          <dt>First run</dt>
          <dd>
            <Heading run={a} id={first} />
          </dd>
        </div>
        <div>
          <dt>Second run</dt>
          <dd>
            <Heading run={b} id={second} />
          </dd>
        </div>
      </dl>
      <Table
        caption="Numbers of the two runs"
        columns={columnsFor(a, b)}
        rows={LINES}
        keyOf={({ label }) => label}
      />
      <Curves a={a} b={b} />
    </div>
  );
}
