import { describe, expect, it } from 'vitest';
import { createBodyWriter } from '../../src/matomo/body.ts';
import type { Hit } from '../../src/types.ts';
import { hitWriter, trafficSettings, visitsFrom } from '../plan/fixtures.ts';

const overrides = { visitsPerDay: 50 };
const hits = visitsFrom(overrides, '2026-05-06', 1).flatMap(hitWriter(trafficSettings(overrides)));
const queries = hits.map(({ query }) => query);
const [hit] = hits;
if (!hit) throw new Error('There is no hit.');

const bulkBody = (of: readonly Hit[], token: string | undefined) =>
  createBodyWriter(true, token).write(of).toString();
const formBody = (of: Hit, token: string | undefined) =>
  createBodyWriter(false, token).write([of]).toString();

describe('the body of a bulk request', () => {
  it('is JSON with every hit in order, each starting with a question mark', () => {
    const body = JSON.parse(bulkBody(hits, undefined));
    expect(body).toEqual({ requests: queries.map((query) => `?${query}`) });
  });

  it('holds the token beside the hits, never in one', () => {
    const token = 'quo"te\\ and & more';
    const { requests, token_auth } = JSON.parse(bulkBody(hits, token));
    expect(token_auth).toBe(token);
    expect(requests.join()).not.toContain('token_auth');
  });

  it('is a bulk request to Matomo with a single hit too', () => {
    expect(bulkBody([hit], 'secret')).toBe(`{"requests":["?${hit.query}"],"token_auth":"secret"}`);
  });

  it('has no character in its hits that JSON would have to escape', () => {
    for (const query of queries) expect(JSON.stringify(query)).toBe(`"${query}"`);
  });
});

describe('the body of a single hit', () => {
  it('is the hit as a form, with the token when there is one', () => {
    expect(formBody(hit, undefined)).toBe(hit.query);
    const form = new URLSearchParams(formBody(hit, 'to&ken'));
    expect(form.get('token_auth')).toBe('to&ken');
    form.delete('token_auth');
    expect([...form]).toEqual([...new URLSearchParams(hit.query)]);
  });

  it('is no bulk request to Matomo', () => {
    for (const each of hits) expect(formBody(each, 'secret')).not.toContain('"requests"');
  });
});

describe('the bytes of a body', () => {
  it.each([undefined, 'tøken'])('are all that is sent, with the token %s', (token) => {
    for (const isBulk of [true, false]) {
      const body = createBodyWriter(isBulk, token).write(isBulk ? hits.slice(0, 3) : [hit]);
      expect(Buffer.from(body.toString()).equals(body)).toBe(true);
      expect(body.toString()).not.toContain('\0');
    }
  });
});
