import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTotals } from '../../src/ledger/totals.ts';
import { INSTRUMENTS, LATENCY, type TargetState } from '../../src/metrics/instruments.ts';
import { pushOpenTelemetry } from '../../src/metrics/otlp.ts';
import { servePrometheus } from '../../src/metrics/prometheus.ts';

function stateOf(name: string, changes: Partial<TargetState> = {}): TargetState {
  const totals = createTotals();
  totals.visits = { planned: 7, complete: 3, partial: 1, failed: 0, skipped: 2 };
  totals.hits = { planned: 30, accepted: 20, rejected: 1, failed: 2, unknown: 0, skipped: 4 };
  totals.kinds.pageview = 15;
  totals.reasons = { late: 4, 'http-500': 2 };
  totals.failedAttempts = { 'http-503': 6, 'no-answer': 1 };
  totals.lagMs.recordValue(250);
  return {
    name,
    totals,
    requestsInFlight: 5,
    isTargetDown: false,
    isPaused: true,
    cap: { limit: 100, used: 40 },
    isWithinActiveHours: false,
    ...changes,
  };
}

describe('Prometheus metrics', () => {
  const serve = (targets: () => readonly TargetState[]) =>
    servePrometheus({ host: '127.0.0.1', port: 0 }, targets);
  const linesOf = async (url: string) => (await (await fetch(url)).text()).split('\n');

  it('tell every count as it is when they are asked for', async () => {
    const states = [stateOf('old'), stateOf('new', { isTargetDown: true, cap: undefined })];
    const { url, close } = await serve(() => states);
    const lines = await linesOf(url);
    for (const line of [
      'trafficinator_visits_planned_total{target="old"} 7',
      'trafficinator_visits_total{target="old",outcome="partial"} 1',
      'trafficinator_hits_total{target="new",outcome="accepted"} 20',
      'trafficinator_hits_accepted_total{target="old",kind="pageview"} 15',
      'trafficinator_hits_lost_total{target="old",reason="http-500"} 2',
      'trafficinator_failed_attempts_total{target="old",reason="http-503"} 6',
      'trafficinator_failed_attempts_total{target="new",reason="no-answer"} 1',
      'trafficinator_requests_in_flight{target="old"} 5',
      'trafficinator_schedule_lag_seconds{target="old",quantile="0.99"} 0.25',
      'trafficinator_target_down{target="old"} 0',
      'trafficinator_target_down{target="new"} 1',
      'trafficinator_paused{target="old"} 1',
      'trafficinator_within_active_hours{target="old"} 0',
      'trafficinator_daily_cap_used_visits{target="old"} 40',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.filter((line) => line.startsWith('trafficinator_daily_cap_visits{'))).toHaveLength(1);
    (states[0] as TargetState).totals.hits.accepted = 21;
    expect(await linesOf(url)).toContain('trafficinator_hits_total{target="old",outcome="accepted"} 21');
    await close();
  });

  it('have a bounded number of reasons, of which the rest is one', async () => {
    const state = stateOf('old');
    for (let status = 400; status < 500; status++) state.totals.failedAttempts[`http-${status}`] = 2;
    const { url, close } = await serve(() => [state]);
    const lines = (await linesOf(url)).filter((line) =>
      line.startsWith('trafficinator_failed_attempts_total{'),
    );
    expect(lines).toHaveLength(41);
    expect(lines.at(-1)).toBe('trafficinator_failed_attempts_total{target="old",reason="other"} 124');
    await close();
  });

  it('have a histogram of latencies', async () => {
    const { url, observe, close } = await serve(() => []);
    observe('old', 0.02);
    observe('old', 0.3);
    const lines = await linesOf(url);
    expect(lines).toContain(`${LATENCY.name}_bucket{le="0.025",target="old"} 1`);
    expect(lines).toContain(`${LATENCY.name}_count{target="old"} 2`);
    await close();
  });

  it('are at /metrics only', async () => {
    const { url, close } = await serve(() => []);
    expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(404);
    await close();
  });

  it('have names that Prometheus takes, of counters and units', () => {
    for (const { name, kind } of INSTRUMENTS) {
      expect(name).toMatch(/^trafficinator_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
    }
  });
});

describe('OpenTelemetry metrics', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('are pushed to the collector that the environment names, the last ones at the end', async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        if (request.url === '/v1/metrics') bodies.push(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`);
    const outlet = pushOpenTelemetry('1.2.3', () => [stateOf('old')]);
    outlet.observe('old', 0.02);
    await outlet.close();
    collector.close();
    const { resourceMetrics } = JSON.parse(bodies.at(-1) ?? '{}');
    expect(JSON.stringify(resourceMetrics[0].resource)).toContain('"stringValue":"trafficinator"');
    const metrics: { name: string }[] = resourceMetrics[0].scopeMetrics[0].metrics;
    expect(metrics.map(({ name }) => name).sort()).toEqual(
      [...INSTRUMENTS.map(({ name }) => name), LATENCY.name].sort(),
    );
    expect(JSON.stringify(metrics.find(({ name }) => name === 'trafficinator_hits_planned_total'))).toContain(
      '30',
    );
  });
});

describe('the Grafana dashboard', () => {
  const text = readFileSync(new URL('../../deploy/grafana-dashboard.json', import.meta.url), 'utf8');

  it('asks for metrics that there are', () => {
    const known = [...INSTRUMENTS.map(({ name }) => name), `${LATENCY.name}_bucket`];
    const asked = [...new Set(text.match(/trafficinator_[a-z_]+/g))];
    expect(asked.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('shows whatever can go wrong', () => {
    for (const name of ['failed_attempts', 'hits_lost', 'retries', 'target_down', 'schedule_lag'])
      expect(text).toContain(`trafficinator_${name}`);
  });

  it('has panels that do not overlap', () => {
    const { panels }: { panels: { gridPos: { x: number; y: number } }[] } = JSON.parse(text);
    const places = panels.map(({ gridPos: { x, y } }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(panels.length);
  });
});
