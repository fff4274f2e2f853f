/** The embedded endpoint for `--sink`: its site takes the run's timezone and currency. */
import type { Settings } from '../../config/schema/settings.ts';
import { DEFAULT_SINK_CONFIG, parseSinkConfig, type SinkConfig } from '../../sink/config.ts';
import { createSink, type Sink } from '../../sink/sink.ts';

export interface EmbeddedSink {
  readonly sink: Sink;
  /** Tracking endpoint. */
  readonly url: string;
  /** The super user's. */
  readonly token: string;
}

function configFor({ siteId, timezone, currency }: Settings): SinkConfig {
  const own = DEFAULT_SINK_CONFIG.sites.find((site) => site.id === siteId) ?? { id: siteId };
  const others = DEFAULT_SINK_CONFIG.sites.filter((site) => site.id !== siteId);
  return parseSinkConfig({
    ...DEFAULT_SINK_CONFIG,
    sites: [...others, { ...own, timezone, currency }],
  });
}

export async function startEmbeddedSink(settings: Settings, now: () => number): Promise<EmbeddedSink> {
  const config = configFor(settings);
  const sink = createSink({ config, now });
  const { url } = await sink.listen(0);
  const token = config.tokens.find((entry) => entry.role === 'super')?.token ?? '';
  return { sink, url: `${url}/matomo.php`, token };
}
