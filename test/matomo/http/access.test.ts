import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeTarget } from '../../../src/matomo/delivery/probe.ts';
import { headersFor, reportingUrl, type TargetAccess } from '../../../src/matomo/http/access.ts';
import { createReportingApi } from '../../../src/matomo/reporting/reporting.ts';
import { parseSinkConfig } from '../../../src/sink/config.ts';
import { createSink, type Sink } from '../../../src/sink/sink.ts';
import { type Gateway, type GatewayOptions, openGateway } from '../../doubles/gateway.ts';

const TOKEN = 'b'.repeat(32);
const TIMEOUTS = { connectTimeoutMs: 60_000, responseTimeoutMs: 60_000 };
const LOGIN = { name: 'Authorization', value: 'Basic bWU6c2VjcmV0' };

function sinkOf(version: string): Sink {
  const config = parseSinkConfig({
    version,
    sites: [{ id: 1 }],
    tokens: [{ token: TOKEN, role: 'write', sites: [1] }],
  });
  return createSink({ config, now: Date.now });
}

const gateways: Gateway[] = [];
async function gatewayTo(sink: Sink, options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await openGateway(sink, options);
  gateways.push(gateway);
  return gateway;
}
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});

let sink: Sink;
beforeEach(() => {
  sink = sinkOf('5.4.0');
});

const probe = (access: TargetAccess) =>
  probeTarget({
    ...access,
    siteId: 1,
    hasPlaces: true,
    oldestSeconds: Math.floor(Date.now() / 1000) - 90_000,
  });

async function versionAt(access: TargetAccess): Promise<unknown> {
  const api = createReportingApi(access);
  try {
    return await api.ask('API.getMatomoVersion', {});
  } finally {
    await api.close();
  }
}

describe('headers of a target', () => {
  it('let requests through a server that asks for them, to both APIs', async () => {
    const needs = { authorization: LOGIN.value, 'x-staging': 'yes' };
    const gateway = await gatewayTo(sink, { needs });
    const url = `${gateway.url}/matomo.php`;
    const access = { url, token: TOKEN, headers: [LOGIN, { name: 'X-Staging', value: 'yes' }], ...TIMEOUTS };
    await expect(probe({ ...access, headers: [LOGIN] })).rejects.toMatchObject({
      code: 'authentication-refused',
    });
    await probe(access);
    expect(await versionAt(access)).toEqual({ value: '5.4.0' });
  });

  it('take the place of those that are sent anyway', async () => {
    const gateway = await gatewayTo(sink);
    await probe({
      url: `${gateway.url}/matomo.php`,
      token: TOKEN,
      headers: [{ name: 'User-Agent', value: 'Mozilla/5.0' }],
      ...TIMEOUTS,
    });
    expect(gateway.seen[0]?.headers['user-agent']).toBe('Mozilla/5.0');
  });

  it('are not sent to a Reporting API of another origin', async () => {
    const [tracking, reporting] = [await gatewayTo(sink), await gatewayTo(sink)];
    const access = {
      url: `${tracking.url}/matomo.php`,
      apiUrl: `${reporting.url}/index.php`,
      token: TOKEN,
      headers: [LOGIN],
      ...TIMEOUTS,
    };
    expect(await versionAt(access)).toEqual({ value: '5.4.0' });
    expect(tracking.seen).toEqual([]);
    expect(reporting.seen[0]?.headers.authorization).toBeUndefined();
    expect(headersFor(access, `${tracking.url}/index.php`)).toEqual([LOGIN]);
    expect(headersFor(access, tracking.url.replace('http:', 'https:'))).toEqual([]);
  });
});

describe('a bearer token', () => {
  const bearer = (gateway: Gateway): TargetAccess => ({
    url: `${gateway.url}/matomo.php`,
    token: TOKEN,
    tokenIn: 'header',
    ...TIMEOUTS,
  });

  it('has its rights in Matomo 5.4, and stands in no body', async () => {
    const gateway = await gatewayTo(sink);
    await probe(bearer(gateway));
    expect(await versionAt(bearer(gateway))).toEqual({ value: '5.4.0' });
    expect(gateway.seen).toHaveLength(2);
    for (const { headers, body } of gateway.seen) {
      expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
      expect(body).not.toContain(TOKEN);
    }
  });

  it('is not understood by older ones, and is left out of the question without rights', async () => {
    const gateway = await gatewayTo(sinkOf('5.3.9'));
    await expect(probe(bearer(gateway))).rejects.toMatchObject({
      code: 'token-refused',
      hint: expect.stringContaining('MATOMO_TOKEN_IN=body'),
    });
    // With the token, without it, and whether Matomo knows the token at all.
    expect(gateway.seen.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${TOKEN}`,
      undefined,
      `Bearer ${TOKEN}`,
    ]);
    await expect(versionAt(bearer(gateway))).rejects.toMatchObject({
      code: 'report-refused',
      message: expect.stringMatching(/^The token has no permission to read/),
    });
    const without = { ...bearer(gateway), token: undefined };
    await expect(versionAt(without)).rejects.toMatchObject({
      message: expect.stringMatching(/^Matomo's report \S+ cannot be read without a token\.$/),
    });
  });
});

describe('the addresses of a target', () => {
  it.each([
    ['https://m.example/matomo.php', 'https://m.example/index.php'],
    ['https://m.example/a/js/', 'https://m.example/a/index.php'],
    ['https://m.example/a/js/tracker.php', 'https://m.example/a/index.php'],
    ['https://m.example/a/collect?b=1#exact', 'https://m.example/a/index.php'],
  ])('%s has its reports at %s', (url, api) => {
    expect(reportingUrl({ url })).toBe(api);
    expect(reportingUrl({ url, apiUrl: 'https://r.example/api' })).toBe('https://r.example/api');
  });

  it.each(['/proxy/track.php', '/collect?key=1#exact', '/js/'])('may be %s', async (path) => {
    const gateway = await gatewayTo(sink, { route: () => '/matomo.php' });
    await probe({ url: `${gateway.url}${path}`, token: TOKEN, ...TIMEOUTS });
    expect(gateway.seen[0]?.url).toBe(path.replace('#exact', ''));
  });

  it('include /js/ of Matomo itself', async () => {
    await probe({ url: `${(await gatewayTo(sink)).url}/js/`, token: TOKEN, ...TIMEOUTS });
  });
});
