/** The curves of a run: hits by outcome, response times with their limits, visits, and how late hits are sent. */
import type { Run } from '../../api/schema.ts';
import { Curve } from '../../components/curve.tsx';
import { perSecond, usePoints } from './points.ts';
import { latencyLimits, type SettingInForce } from './run-settings.ts';

export function Curves({ run, settings }: { run: Run; settings: readonly SettingInForce[] | undefined }) {
  const points = usePoints(run.id, !run.isEnded);
  const timesMs = points.atMs ?? [];
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
      />
      <Curve
        title="Response times"
        unit="ms"
        timesMs={timesMs}
        series={[latency('p50'), latency('p95'), latency('p99')]}
        limits={latencyLimits(settings)}
      />
      <Curve
        title="Visits"
        unit="visits/s"
        digits={2}
        timesMs={timesMs}
        series={[{ colour: 'sent', label: 'visits', values: perSecond(points, 'visits') }]}
      />
      <Curve
        title="Sent late by"
        unit="ms"
        timesMs={timesMs}
        series={[{ colour: 'p95', label: 'p99', values: points.lagP99 ?? [] }]}
      />
    </div>
  );
}
