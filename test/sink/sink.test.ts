import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sink } from '../../src/sink/sink.ts';
import { bulk, createTestSink, DAY, hit, queryOf, SUPER } from './driver.ts';

describe('the HTTP server', () => {
  let sink: Sink;
  let url = '';
  let port = 0;

  beforeEach(async () => {
    sink = createTestSink();
    ({ url, port } = await sink.listen(0));
  });
  afterEach(() => sink.close());

  const page = queryOf({ idsite: 1, rec: 1, url: 'https://example.test/' });

  it('counts a HEAD and knows piwik.php', async () => {
    expect((await fetch(`${url}/matomo.php?${page}`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${url}/piwik.php?${page}`)).status).toBe(200);
    expect(sink.recorded().recorded).toBe(2);
  });

  it('refuses a request line over 8 kB with a page', async () => {
    const fits = await fetch(`${url}/matomo.php?${page}&x=${'x'.repeat(8000)}`);
    expect(fits.status).toBe(200);
    const long = await fetch(`${url}/matomo.php?${page}&x=${'x'.repeat(9000)}`);
    expect([long.status, long.headers.get('content-type')]).toEqual([414, 'text/html; charset=utf-8']);
    expect(sink.recorded().recorded).toBe(1);
  });

  it('does not understand compressed bodies', async () => {
    const body = gzipSync(JSON.stringify({ requests: [`?${page}`] }));
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    expect((await fetch(`${url}/matomo.php`, { method: 'POST', body, headers })).status).toBe(400);
    expect(sink.recorded().recorded).toBe(0);
  });

  it('answers 404 elsewhere', async () => {
    expect((await fetch(`${url}/other`)).status).toBe(404);
  });

  it('rejects with the error of Node when the port is taken', async () => {
    await expect(createTestSink().listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('bulk requests', () => {
  const send = (sink: Sink, body: unknown) =>
    JSON.parse(
      String(
        sink.handle({
          method: 'POST',
          url: '/matomo.php',
          contentType: 'text/plain',
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
          language: '',
          address: '127.0.0.1',
          body: JSON.stringify(body),
        }).body,
      ),
    );
  const old = `?idsite=1&rec=1&cid=0123456789abcdef&cdt=${DAY}`;

  it('take the token of an entry for that entry only', () => {
    const requests = [`${old}&token_auth=${SUPER}`, old];
    expect(send(createTestSink(), { requests })).toEqual({ status: 'success', tracked: 1, invalid: 1 });
  });

  it('take full URLs and objects with numbers and lists', () => {
    const sink = createTestSink();
    const order = { idsite: 1, rec: 1, idgoal: 0, ec_id: 'A', revenue: 5, ec_items: [['S', 'N', 'C', 5, 1]] };
    const requests = [`https://example.test/matomo.php${old}`, order];
    expect(send(sink, { token_auth: SUPER, requests })).toMatchObject({ tracked: 2, invalid: 0 });
    expect(sink.recorded().recorded).toBe(2);
  });

  it('number invalid entries without those that vanished', () => {
    const requests = ['idsite=1&rec=1', old, '?idsite=9&rec=1'];
    expect(send(createTestSink(), { token_auth: SUPER, requests })).toMatchObject({
      tracked: 1,
      invalid_indices: [1],
    });
  });

  it('are nothing when the list is no list', () => {
    expect(send(createTestSink(), { requests: 'none' })).toEqual({
      status: 'success',
      tracked: 0,
      invalid: 0,
    });
  });
});

describe('what was recorded', () => {
  it('is told by site and by the local day of the site', () => {
    const sink = createTestSink();
    const at = { cdt: DAY - 1800, cid: '0123456789abcdef' };
    bulk(sink, [at, { ...at, idsite: 2 }, { ...at, idsite: 3 }]);
    const { sites } = sink.recorded();
    const days = Object.values(sites).map((site) => Object.keys(site.days));
    expect(days).toEqual([['2026-10-19'], ['2026-10-20'], ['2026-10-19']]);
  });

  it('cuts URLs at 1,024 characters', () => {
    const sink = createTestSink();
    hit(sink, { url: `https://example.test/${'x'.repeat(1003)}/thanks` });
    expect(sink.recorded().recorded).toBe(1);
  });
});
