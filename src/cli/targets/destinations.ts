/** Where each target's hits go: to the address that is set, or to an embedded endpoint for each. */
import type { Target } from '../../config/targets/targets.ts';
import type { CliContext } from '../context.ts';
import type { Destination } from '../traffic/jobs.ts';
import { accessTo, accessToEmbedded } from './access.ts';
import type { EmbeddedSink } from './embedded-endpoint.ts';

/** Stands for an embedded endpoint that a dry run has no use for. */
const NO_SINK = { url: 'http://127.0.0.1/matomo.php', token: 'embedded' };

export interface Destinations {
  /** In the order of the targets. */
  readonly all: readonly Destination[];
  /** What the embedded endpoint of the target with this rank has recorded; undefined where there is none. */
  recorded(index: number): unknown;
  close(): Promise<void>;
}

/** @param sink `real`: each target gets an embedded endpoint; `pretended`: as if it had */
export async function openDestinations(
  { host, clock }: Pick<CliContext, 'host' | 'clock'>,
  targets: readonly Target[],
  sink: 'none' | 'real' | 'pretended',
): Promise<Destinations> {
  const sinks: EmbeddedSink[] = [];
  if (sink === 'real') {
    const { startEmbeddedSink } = await import('./embedded-endpoint.ts');
    for (const { settings } of targets) sinks.push(await startEmbeddedSink(settings, clock.wallNow));
  }
  return {
    all: targets.map((target, i) => {
      const endpoint = sinks[i] ?? (sink === 'pretended' ? NO_SINK : undefined);
      const { settings } = target;
      const access = endpoint ? accessToEmbedded(endpoint, settings) : accessTo(host, settings);
      return { target, access };
    }),
    recorded: (index) => sinks[index]?.sink.recorded(),
    async close() {
      for (const { sink: endpoint } of sinks) await endpoint.close();
    },
  };
}
