/** Where each target's hits go: to the address that is set, or to an embedded endpoint for each. */
import type { Target } from '../../config/targets/targets.ts';
import type { EmbeddedSink } from './embedded-endpoint.ts';
import type { Destination } from './jobs.ts';

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
  targets: readonly Target[],
  sink: 'none' | 'real' | 'pretended',
  now: () => number,
): Promise<Destinations> {
  const sinks: EmbeddedSink[] = [];
  if (sink === 'real') {
    const { startEmbeddedSink } = await import('./embedded-endpoint.ts');
    for (const { settings } of targets) sinks.push(await startEmbeddedSink(settings, now));
  }
  return {
    all: targets.map((target, i) => {
      const { matomoUrl = '', tokenAuth } = target.settings;
      const own = { url: matomoUrl, token: tokenAuth };
      const endpoint = sinks[i] ?? (sink === 'pretended' ? NO_SINK : own);
      return { target, endpoint: { url: endpoint.url, token: endpoint.token } };
    }),
    recorded: (index) => sinks[index]?.sink.recorded(),
    async close() {
      for (const { sink: endpoint } of sinks) await endpoint.close();
    },
  };
}
