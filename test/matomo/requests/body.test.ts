import { describe, expect, it } from 'vitest';
import { createBodies } from '../../../src/matomo/requests/body.ts';
import type { EncodedVisit } from '../../../src/types/hit.ts';
import { encoderOf, hitsOf, trafficSettings, visitsFrom } from '../../plan/fixtures.ts';

const overrides = { visitsPerDay: 50 };
const visits = visitsFrom(overrides, '2026-05-06', 1).map(encoderOf(trafficSettings(overrides), true).write);
const queriesOf = (of: readonly EncodedVisit[]) => of.flatMap(hitsOf).map(({ query }) => query);
const queries = queriesOf(visits);
const [visit] = visits;
if (!visit) throw new Error('There is no visit.');
const [query] = queriesOf([visit]);

function bulkBody(of: readonly EncodedVisit[], bodies = createBodies(true, undefined)): Buffer {
  const body = bodies.open();
  for (const each of of) for (let seq = 0; seq < each.visit.hits.length; seq++) body.add(each, seq);
  return body.close();
}

/** The first hit of the visit. */
function formBody(of: EncodedVisit, token: string | undefined): Buffer {
  const body = createBodies(false, token).open();
  body.add(of, 0);
  return body.close();
}

/** The visit without all hits but its first. */
const startOf = (of: EncodedVisit): EncodedVisit => ({
  ...of,
  visit: { ...of.visit, hits: of.visit.hits.slice(0, 1) },
});

describe('the body of a bulk request', () => {
  it('is JSON with every hit in order, each starting with a question mark', () => {
    const body = JSON.parse(bulkBody(visits).toString());
    expect(body).toEqual({ requests: queries.map((each) => `?${each}`) });
  });

  it('holds the token beside the hits, never in one', () => {
    const token = 'quo"te\\ and & more';
    const body = bulkBody(visits, createBodies(true, token)).toString();
    const { requests, token_auth } = JSON.parse(body);
    expect(token_auth).toBe(token);
    expect(requests.join()).not.toContain('token_auth');
  });

  it('is a bulk request to Matomo with a single hit too', () => {
    const body = bulkBody([startOf(visit)], createBodies(true, 'secret')).toString();
    expect(body).toBe(`{"requests":["?${query}"],"token_auth":"secret"}`);
  });

  it('has no character in its hits that JSON would have to escape', () => {
    for (const each of queries) expect(JSON.stringify(each)).toBe(`"${each}"`);
  });

  it('is right again in the memory of one that was sent, longer or shorter', () => {
    const bodies = createBodies(true, 'secret');
    const parts = [visits, visits.slice(0, 2), visits, visits.slice(3, 4), visits.slice(5)];
    for (const part of parts) {
      const body = bulkBody(part, bodies);
      expect(JSON.parse(body.toString()).requests).toEqual(queriesOf(part).map((each) => `?${each}`));
      bodies.recycle(body);
    }
  });

  it('is left alone while it has not been given back', () => {
    const bodies = createBodies(true, 'secret');
    bodies.recycle(bulkBody(visits, bodies));
    const kept = bulkBody(visits.slice(0, 3), bodies);
    const before = kept.toString();
    bulkBody(visits.slice(3), bodies);
    expect(kept.toString()).toBe(before);
  });
});

describe('the body of a single hit', () => {
  it('is the hit as a form, with the token when there is one', () => {
    expect(formBody(visit, undefined).toString()).toBe(query);
    const form = new URLSearchParams(formBody(visit, 'to&ken').toString());
    expect(form.get('token_auth')).toBe('to&ken');
    form.delete('token_auth');
    expect([...form]).toEqual([...new URLSearchParams(query)]);
  });

  it('is no bulk request to Matomo', () => {
    for (const each of visits) expect(formBody(each, 'secret').toString()).not.toContain('"requests"');
  });
});

describe('the bytes of a body', () => {
  it.each([undefined, 'tøken'])('are all that is sent, with the token %s', (token) => {
    for (const body of [bulkBody(visits.slice(0, 3), createBodies(true, token)), formBody(visit, token)]) {
      expect(Buffer.from(body.toString()).equals(body)).toBe(true);
      expect(body.toString()).not.toContain('\0');
      if (token !== undefined) expect(decodeURIComponent(body.toString())).toContain(token);
    }
  });

  it.each([undefined, 'tøken'])('are told with a mask for the token %s', (token) => {
    const bodies = createBodies(true, token);
    const told = bodies.masked(bulkBody(visits, bodies));
    expect(JSON.parse(told)).toEqual({
      requests: queries.map((each) => `?${each}`),
      ...(token === undefined ? {} : { token_auth: '***' }),
    });
  });
});
