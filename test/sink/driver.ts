/** A sink on a fixed clock, and short ways to send it hits. */
import { DEFAULT_SINK_CONFIG, type SinkConfig } from '../../src/sink/config.ts';
import type { Reply } from '../../src/sink/replies.ts';
import { createSink, type Sink } from '../../src/sink/sink.ts';
import type { SinkRequest } from '../../src/sink/tracking/request.ts';

export const SUPER = 'a'.repeat(32);
export const WRITE = 'b'.repeat(32);
export const VIEW = 'c'.repeat(32);

/** A Friday, 15:00 UTC. */
const NOW_MS = Date.UTC(2026, 9, 23, 15);
export const NOW = NOW_MS / 1000;
/** 00:00 UTC on the Tuesday before. */
export const DAY = Date.UTC(2026, 9, 20) / 1000;

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

export type Fields = Readonly<Record<string, string | number>>;

export function queryOf(fields: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) query.append(name, String(value));
  return query.toString();
}

export function requestOf(overrides: Partial<SinkRequest>): SinkRequest {
  return {
    method: 'GET',
    url: '/matomo.php',
    contentType: '',
    userAgent: FIREFOX,
    language: 'en-us',
    address: '81.230.4.5',
    body: '',
    ...overrides,
  };
}

export function createTestSink(config: SinkConfig = DEFAULT_SINK_CONFIG): Sink {
  return createSink({ config, now: () => NOW_MS });
}

/** Sends one hit by GET; site 1, recorded, unless the fields say otherwise. */
export function hit(sink: Sink, fields: Fields, overrides: Partial<SinkRequest> = {}): Reply {
  const query = queryOf({ idsite: 1, rec: 1, url: 'https://example.test/', ...fields });
  return sink.handle(requestOf({ url: `/matomo.php?${query}`, ...overrides }));
}

/** Sends hits of site 1 in one bulk request with the super user's token and gives the parsed reply. */
export function bulk(sink: Sink, hits: readonly Fields[], token = SUPER): Record<string, unknown> {
  const requests = hits.map(
    (fields) => `?${queryOf({ idsite: 1, rec: 1, url: 'https://example.test/', ...fields })}`,
  );
  const body = JSON.stringify({ token_auth: token, requests });
  return JSON.parse(String(sink.handle(requestOf({ method: 'POST', body })).body));
}

/** Asks the Reporting API by POST. */
export function ask(sink: Sink, method: string, fields: Fields = {}, token = SUPER): Reply {
  const body = queryOf({ module: 'API', format: 'JSON', method, token_auth: token, ...fields });
  const contentType = 'application/x-www-form-urlencoded';
  return sink.handle(requestOf({ method: 'POST', url: '/index.php', contentType, body }));
}

export function askJson(sink: Sink, method: string, fields: Fields = {}, token = SUPER) {
  return JSON.parse(String(ask(sink, method, fields, token).body));
}
