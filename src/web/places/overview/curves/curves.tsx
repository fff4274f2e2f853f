/** The curves of a run: hits by outcome, response times, visits, and how late hits are sent, with thresholds and declared events. */
import type { Run } from '../../../api/schema.ts';
import { Curve } from '../../../components/charts/curve.tsx';
import { marksOf } from './declared-events.ts';
import { emptyText, perSecond, resolutionOf, usePoints, useTargetPoints } from './points.ts';
import { summedUp } from './summed-up.ts';

/** Thresholds whose metric is drawn in a chart, as that chart draws them. */
function limitsOf({ thresholds }: Run, metric: RegExp) {
  return thresholds
    .filter((one) => metric.test(one.metric))
    .map(({ limit, text, target }) => ({
      at: limit,
      text: target === undefined ? text : `${target}: ${text}`,
    }));
}

/** A line for each target: in one line they would zigzag between a fast server and a slow one. */
function TargetLatencies({ run }: { run: Run }) {
  const all = useTargetPoints(run.id, run.targets.length, !run.isEnded);
  const timesMs = [...new Set(all.flatMap(({ atMs = [] }) => atMs))].sort((a, b) => a - b);
  const series = all.map((points, i) => {
    const at = new Map((points.atMs ?? []).map((ms, k) => [ms, k]));
    const values = timesMs.map((ms) => {
      const k = at.get(ms);
      return k !== undefined && (points.requests?.[k] ?? 0) > 0 ? points.p95?.[k] : undefined;
    });
    return { colour: `target-${i % 4}`, label: run.targets[i]?.name ?? '', values };
  });
  return (
    <Curve
      title="Response times by target, 95th percentile"
      unit="ms"
      timesMs={timesMs}
      series={series}
      limits={limitsOf(run, /^latency\./)}
      marks={marksOf(run.targets)}
      empty={emptyText(all[0] ?? {}, !run.isEnded)}
    />
  );
}

export function Curves({ run }: { run: Run }) {
  const points = usePoints(run.id, !run.isEnded, run.isEnded ? resolutionOf(run) : 'second');
  const counts = summedUp(points);
  const timesMs = points.atMs ?? [];
  const marks = marksOf(run.targets);
  const empty = emptyText(points, !run.isEnded);
  const outcome = (name: string) => ({ colour: name, label: name, values: perSecond(counts, name) });
  const latency = (name: 'p50' | 'p95' | 'p99') => ({
    colour: name,
    label: name,
    values: (points[name] ?? []).map((ms, i) => ((points.requests?.[i] ?? 0) > 0 ? ms : undefined)),
  });
  const hasAny = (name: string) => (points[name] ?? []).some((value) => value > 0);
  const losses = ['rejected', 'failed', 'unknown', 'skipped'].filter(hasAny);
  return (
    <div class="columns">
      <Curve
        title="Hits"
        unit="hits/s"
        digits={1}
        timesMs={counts.atMs ?? []}
        series={[
          { colour: 'offered', label: 'due', values: perSecond(counts, 'planned') },
          outcome('accepted'),
          ...losses.map(outcome),
        ]}
        limits={limitsOf(run, /^throughput$/)}
        marks={marks}
        empty={empty}
      />
      {run.targets.length > 1 ? (
        <TargetLatencies run={run} />
      ) : (
        <Curve
          title="Response times"
          unit="ms"
          timesMs={timesMs}
          series={[latency('p50'), latency('p95'), latency('p99')]}
          limits={limitsOf(run, /^latency\./)}
          marks={marks}
          empty={empty}
        />
      )}
      <Curve
        title="Visits"
        unit="visits/s"
        digits={2}
        timesMs={counts.atMs ?? []}
        series={[{ colour: 'sent', label: 'visits', values: perSecond(counts, 'visits') }]}
        marks={marks}
        empty={empty}
      />
      <Curve
        title="Sent late by"
        unit="ms"
        timesMs={timesMs}
        series={[{ colour: 'p95', label: 'p99', values: points.lagP99 ?? [] }]}
        marks={marks}
        empty={empty}
      />
    </div>
  );
}
