/** The curves of a run: hits by outcome, response times, visits, and how late hits are sent, with thresholds and declared events. */
import type { Run } from '../../api/schema.ts';
import { Curve } from '../../components/charts/curve.tsx';
import { marksOf } from './declared-events.ts';
import { perSecond, usePoints } from './points.ts';

/** Thresholds whose metric is drawn in a chart, as that chart draws them. */
function limitsOf({ thresholds }: Run, metric: RegExp) {
  return thresholds
    .filter((one) => metric.test(one.metric))
    .map(({ limit, text, target }) => ({
      at: limit,
      text: target === undefined ? text : `${target}: ${text}`,
    }));
}

export function Curves({ run }: { run: Run }) {
  const points = usePoints(run.id, !run.isEnded);
  const timesMs = points.atMs ?? [];
  const marks = marksOf(run.targets);
  const outcome = (name: string) => ({ colour: name, label: name, values: perSecond(points, name) });
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
        timesMs={timesMs}
        series={[
          { colour: 'offered', label: 'planned', values: perSecond(points, 'planned') },
          outcome('accepted'),
          ...losses.map(outcome),
        ]}
        limits={limitsOf(run, /^throughput$/)}
        marks={marks}
      />
      <Curve
        title="Response times"
        unit="ms"
        timesMs={timesMs}
        series={[latency('p50'), latency('p95'), latency('p99')]}
        limits={limitsOf(run, /^latency\./)}
        marks={marks}
      />
      <Curve
        title="Visits"
        unit="visits/s"
        digits={2}
        timesMs={timesMs}
        series={[{ colour: 'sent', label: 'visits', values: perSecond(points, 'visits') }]}
        marks={marks}
      />
      <Curve
        title="Sent late by"
        unit="ms"
        timesMs={timesMs}
        series={[{ colour: 'p95', label: 'p99', values: points.lagP99 ?? [] }]}
        marks={marks}
      />
    </div>
  );
}
