import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Faults } from '../../src/sink/faults.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { createTestSink, queryOf, SUPER } from './driver.ts';

describe('faults', () => {
  let sink: Sink;
  let url = '';

  beforeEach(async () => {
    sink = createTestSink();
    url = (await sink.listen(0)).url;
  });
  afterEach(() => sink.close());

  const page = queryOf({ idsite: 1, rec: 1, url: 'https://example.test/' });
  const single = (extra = '') => fetch(`${url}/matomo.php?${page}${extra}`);
  const batch = (signal?: AbortSignal) =>
    fetch(`${url}/matomo.php`, {
      method: 'POST',
      body: JSON.stringify({ token_auth: SUPER, requests: [`?${page}`, `?${page}`] }),
      ...(signal ? { signal } : {}),
    });
  const rows = () => sink.recorded().recorded;

  it('roll a batch back, whatever the reply says is tracked', async () => {
    sink.faults.inject({ kind: 'error', tracked: 1 }, 1);
    const response = await batch();
    expect([response.status, await response.json()]).toEqual([
      500,
      { status: 'error', tracked: 1, invalid: 0 },
    ]);
    expect(rows()).toBe(0);
    expect((await batch()).status).toBe(200);
    expect(rows()).toBe(2);
  });

  it('come in the order in which they were injected', async () => {
    sink.faults
      .inject({ kind: 'unavailable' }, 2)
      .inject({ kind: 'too-many-requests', retryAfterSeconds: 7 }, 1)
      .inject({ kind: 'bad-gateway' }, 1)
      .inject({ kind: 'html' });
    const statuses: number[] = [];
    for (let request = 0; request < 6; request += 1) {
      const response = await batch();
      statuses.push(response.status);
      if (response.status === 429) expect(response.headers.get('retry-after')).toBe('7');
    }
    expect(statuses).toEqual([503, 503, 429, 502, 200, 200]);
    expect(rows()).toBe(0);
    sink.faults.clear();
    await batch();
    expect(rows()).toBe(2);
  });

  it.each([
    [true, 2],
    [false, 0],
  ])('close the connection, processed: %s', async (isProcessed, expected) => {
    sink.faults.inject({ kind: 'close', isProcessed }, 1);
    await expect(batch()).rejects.toThrow('fetch failed');
    expect(rows()).toBe(expected);
  });

  it('hang after processing until the client goes or the sink closes', async () => {
    sink.faults.inject({ kind: 'hang', isProcessed: true }, 1);
    const pending = batch().catch((error: Error) => error.message);
    await expect.poll(rows).toBe(2);
    await sink.close();
    expect(await pending).toBe('fetch failed');
  });

  it('hang without processing', async () => {
    sink.faults.inject({ kind: 'hang', isProcessed: false }, 1);
    const abort = new AbortController();
    const pending = batch(abort.signal).catch((error: Error) => error.name);
    await expect.poll(() => sink.faults.pending).toBe(0);
    abort.abort();
    expect(await pending).toBe('AbortError');
    expect(rows()).toBe(0);
  });

  it('lock out: tokens count for nothing', async () => {
    sink.faults.inject({ kind: 'locked-out' });
    expect((await batch()).status).toBe(500);
    expect((await single()).status).toBe(200);
    expect((await single(`&cip=81.230.1.1&token_auth=${SUPER}`)).status).toBe(400);
    expect(rows()).toBe(1);
  });

  it('switch recording off', async () => {
    sink.faults.inject({ kind: 'recording-off' });
    expect([(await single()).status, (await single('&send_image=0')).status]).toEqual([503, 204]);
    expect(await (await batch()).json()).toEqual({ status: 'success', tracked: 0, invalid: 0 });
    expect(rows()).toBe(0);
  });

  it('meet the Reporting API only when told', async () => {
    const version = `${url}/index.php?module=API&method=API.getMatomoVersion&token_auth=${SUPER}`;
    sink.faults.inject({ kind: 'unavailable' });
    expect((await fetch(version)).status).toBe(200);
    sink.faults.clear();
    sink.faults.inject({ kind: 'unavailable' }, 1, 'reporting').inject({ kind: 'bad-gateway' }, 2, 'all');
    expect((await fetch(version)).status).toBe(503);
    expect((await fetch(version)).status).toBe(502);
    expect((await batch()).status).toBe(502);
    expect((await batch()).status).toBe(200);
  });

  it('answer late and slowly, and lose nothing', async () => {
    sink.faults.latencyMs = 1;
    sink.faults.hitsPerSecond = 1000;
    await Promise.all([batch(), batch(), batch()]);
    expect(rows()).toBe(6);
  });
});

describe('Faults', () => {
  it('uses a rule up before the next one', () => {
    const faults = new Faults().inject({ kind: 'html' }, 1).inject({ kind: 'unavailable' }, 1);
    expect([faults.take('tracking')?.kind, faults.take('tracking')?.kind, faults.take('tracking')]).toEqual([
      'html',
      'unavailable',
      null,
    ]);
  });
});
