/** `--metrics` and OpenTelemetry: what monitors see of a run while it goes on. */
import { EXIT, UserError } from '../../errors.ts';
import type { Job } from '../../job/job.ts';
import type { Activity } from '../../job/monitor/activity.ts';
import type { Totals } from '../../ledger/totals.ts';
import type { TargetState } from '../../metrics/instruments.ts';
import type { MetricsOutlet } from '../../metrics/prometheus.ts';
import type { Pause } from '../../run/pause.ts';
import type { CliContext } from '../context.ts';
import type { Address } from '../options/option-values.ts';
import { isWithinActiveHours } from '../output/messages/next-visit.ts';
import { capOf } from '../output/status.ts';

export interface Metrics {
  /** The job begins; its counts change as it goes on. */
  start(job: Job, totals: Totals, activity: Readonly<Activity>): void;
  /** A request of the job was answered, so long after it should have left; undefined where nobody measures it. */
  readonly onAnswer: ((job: Job, latencyMs: number) => void) | undefined;
  close(): Promise<void>;
}

async function serve(
  context: CliContext,
  address: Address,
  targets: () => TargetState[],
): Promise<MetricsOutlet> {
  const { servePrometheus } = await import('../../metrics/prometheus.ts');
  try {
    const served = await servePrometheus(address, targets);
    context.log.info(`metrics at ${served.url}`);
    return served;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`--metrics cannot listen on ${address.host} port ${address.port} (${code}).`, {
      code: 'port-not-free',
      exitCode: EXIT.usage,
      hint: 'Use another port, or 0 for any free port.',
      cause: error,
    });
  }
}

/** To a collector, where the environment names one. */
async function push({ host }: CliContext, targets: () => TargetState[]): Promise<MetricsOutlet[]> {
  if (!host.env.OTEL_EXPORTER_OTLP_ENDPOINT && !host.env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT) return [];
  const { pushOpenTelemetry } = await import('../../metrics/otlp.ts');
  return [pushOpenTelemetry(host.version, targets)];
}

/** @param address of `--metrics`; undefined where nothing is to be served */
export async function openMetrics(
  context: CliContext,
  address: Address | undefined,
  pause: Pause,
): Promise<Metrics> {
  const { clock, log } = context;
  const states: (() => TargetState)[] = [];
  const targets = () => states.map((state) => state());
  const outlets = [
    ...(address === undefined ? [] : [await serve(context, address, targets)]),
    ...(await push(context, targets)),
  ];
  return {
    start(job, totals, activity) {
      states.push(() => ({
        name: job.name,
        totals,
        ...activity,
        isPaused: pause.isPaused,
        cap: capOf(job) > 0 ? { limit: capOf(job), used: activity.admittedToday } : undefined,
        isWithinActiveHours: isWithinActiveHours(job, clock.now()),
      }));
    },
    onAnswer:
      outlets.length === 0
        ? undefined
        : (job, latencyMs) => {
            for (const outlet of outlets) outlet.observe(job.name, latencyMs / 1000);
          },
    async close() {
      for (const outlet of outlets) {
        try {
          await outlet.close();
        } catch (error) {
          log.warning(
            `The last metrics could not be delivered: ${error instanceof Error ? error.message : error}.`,
          );
        }
      }
    },
  };
}
