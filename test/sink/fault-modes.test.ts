import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFault, faultModes } from '../../src/sink/fault-modes.ts';
import { Faults } from '../../src/sink/faults.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { createTestSink, DAY, queryOf, SUPER } from './driver.ts';

describe('a fault in words', () => {
  let sink: Sink;
  let url = '';
  let count = 0;

  beforeEach(async () => {
    sink = createTestSink();
    url = (await sink.listen(0)).url;
  });
  afterEach(() => sink.close());

  const rows = () => sink.recorded().recorded;
  /** So many pageviews of visitors of their own in a bulk request. */
  const bulk = (hits = 10, query = '') => {
    const requests = Array.from({ length: hits }, () => {
      count++;
      const cid = count.toString(16).padStart(16, '0');
      return `?${queryOf({ idsite: 1, rec: 1, url: 'https://example.test/', cid, cdt: DAY })}`;
    });
    const body = JSON.stringify({ token_auth: SUPER, requests });
    return fetch(`${url}/matomo.php${query}`, { method: 'POST', body, redirect: 'manual' });
  };

  it('deadlocks as Matomo does: recorded in full, the last part of it, or not at all', async () => {
    expect(addFault(sink.faults, 'deadlock')).toBe(true);
    const seen: unknown[] = [];
    for (let request = 0; request < 4; request++) {
      const before = rows();
      const response = await bulk(10);
      const text = await response.text();
      const reply = text.startsWith('{') ? JSON.parse(text).status : text;
      seen.push([response.status, reply, rows() - before]);
    }
    const [, part] = seen as number[][];
    expect(seen).toEqual([
      [500, 'error', 10],
      [500, 'error', expect.any(Number)],
      [500, 'error', 0],
      [200, 'Error:There is no active transaction', 0],
    ]);
    expect(part?.[2]).toBeGreaterThan(0);
    expect(part?.[2]).toBeLessThan(10);
  });

  it('meets the share of the requests that is told, evenly', async () => {
    addFault(sink.faults, 'late-status=524:25%');
    const statuses: number[] = [];
    for (let request = 0; request < 8; request++) statuses.push((await bulk(1)).status);
    expect(statuses).toEqual([200, 200, 200, 524, 200, 200, 200, 524]);
    expect(rows()).toBe(8);
  });

  it('queues bulk requests without queuedtracking=0 on the address, as the plugin does', async () => {
    addFault(sink.faults, 'queue');
    const queued = await bulk(3);
    expect([queued.headers.get('content-type'), rows()]).toEqual(['image/gif', 0]);
    await expect.poll(rows).toBe(3);
    const direct = await bulk(3, '?queuedtracking=0');
    expect(await direct.json()).toMatchObject({ tracked: 3 });
    expect(rows()).toBe(6);
  });

  it('refuses what is too large, and what a firewall does not like', async () => {
    addFault(sink.faults, 'too-large=1000');
    expect([(await bulk(2)).status, (await bulk(20)).status, rows()]).toEqual([200, 413, 2]);
    addFault(sink.faults, 'forbid=cid');
    expect([(await bulk(2)).status, rows()]).toEqual([403, 2]);
  });

  it.each(['gzip', 'deflate', 'br'])('compresses answers: %s', async (coding) => {
    addFault(sink.faults, coding);
    const response = await bulk(2);
    expect(response.headers.get('content-encoding')).toBe(coding);
    expect(await response.json()).toMatchObject({ tracked: 2 });
  });

  it('empties answers, and redirects', async () => {
    addFault(sink.faults, 'empty:50%');
    await bulk(1);
    const empty = await bulk(1);
    expect([empty.status, await empty.text(), rows()]).toEqual([200, '', 2]);
    sink.faults.clear();
    addFault(sink.faults, 'redirect=https://example.test/matomo.php');
    const redirect = await bulk(1);
    expect([redirect.status, redirect.headers.get('location'), rows()]).toEqual([
      301,
      'https://example.test/matomo.php',
      2,
    ]);
  });

  it('deadlocks two bulk requests at once for a new day, and none for a day that is known', async () => {
    addFault(sink.faults, 'new-day-deadlock');
    sink.faults.latencyMs = 30;
    const together = await Promise.all([bulk(4), bulk(4)]);
    const bodies = await Promise.all(together.map((response) => response.text()));
    expect(bodies.filter((body) => body.includes('"success"'))).toHaveLength(1);
    const later = await Promise.all([bulk(4), bulk(4), bulk(4)]);
    expect(later.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const response of later) expect(await response.json()).toMatchObject({ status: 'success' });
  });

  it.each([
    'deadlok',
    'deadlock=5',
    'deadlock:0%',
    'deadlock:200%',
    'too-large',
    'too-large=many',
    'status=42',
    'status',
    'redirect',
    '',
    'constructor',
  ])('is refused when it makes no sense: %j', (text) => {
    expect(addFault(new Faults(), text)).toBe(false);
  });

  it('has a line of help for each', () => {
    expect(faultModes().length).toBeGreaterThan(15);
    for (const line of faultModes()) expect(line.length).toBeLessThanOrEqual(80);
  });
});
