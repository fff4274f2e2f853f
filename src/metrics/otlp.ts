/** Pushes the state of jobs at work to an OpenTelemetry collector, by OTLP over HTTP. */
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { INSTRUMENTS, LATENCY, type TargetState } from './instruments.ts';
import type { MetricsOutlet } from './prometheus.ts';

const PUSH_EVERY_MS = 10_000;

/**
 * The exporter reads `OTEL_EXPORTER_OTLP_ENDPOINT` and its relatives (headers, timeout) by itself. A collector that
 * cannot be reached keeps no run from its work.
 */
export function pushOpenTelemetry(version: string, targets: () => readonly TargetState[]): MetricsOutlet {
  const exporter = new OTLPMetricExporter();
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'trafficinator', 'service.version': version }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: PUSH_EVERY_MS })],
  });
  const meter = provider.getMeter('trafficinator', version);
  for (const { name, help, kind, unit, read } of INSTRUMENTS) {
    const options = { description: help, unit };
    const instrument =
      kind === 'counter'
        ? meter.createObservableCounter(name, options)
        : meter.createObservableGauge(name, options);
    instrument.addCallback((result) => {
      for (const { labels, value } of targets().flatMap(read)) result.observe(value, labels);
    });
  }
  const { name, help, unit, buckets } = LATENCY;
  const latency = meter.createHistogram(name, {
    description: help,
    unit,
    advice: { explicitBucketBoundaries: [...buckets] },
  });
  return {
    observe: (target, seconds) => latency.record(seconds, { target }),
    close: () => provider.shutdown(),
  };
}
