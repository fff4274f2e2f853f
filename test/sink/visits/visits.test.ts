import { describe, expect, it } from 'vitest';
import { visitorIdOfUser } from '../../../src/sink/tracking/visitor.ts';
import { askJson, bulk, createTestSink, DAY, type Fields } from '../driver.ts';

const CID = '0123456789abcdef';

function play(hits: readonly Fields[]) {
  const sink = createTestSink();
  bulk(sink, hits);
  return sink;
}

function visitsOf(hits: readonly Fields[]): number {
  return play(hits).recorded().visits;
}

describe('the limits of a visit', () => {
  it('counts the 30 minutes from the last action, whichever it was', () => {
    const at = (minutes: number, fields: Fields = {}) => ({ cid: CID, cdt: DAY + minutes * 60, ...fields });
    expect(visitsOf([at(0), at(29), at(58)])).toBe(1);
    expect(visitsOf([at(0), at(29, { idgoal: 2 }), at(58)])).toBe(1);
    expect(visitsOf([at(0), at(29, { ping: 1 }), at(58)])).toBe(2);
  });

  it('cuts at the midnight of a site, on the days that change the clock too', () => {
    // 2025-10-26 had 25 hours in Stockholm and ended at 23:00 UTC.
    const midnight = Date.UTC(2025, 9, 26, 23) / 1000;
    const stockholm = (cdt: number) => ({ idsite: 2, cid: CID, cdt });
    expect(visitsOf([stockholm(midnight - 1), stockholm(midnight)])).toBe(2);
    expect(visitsOf([stockholm(midnight - 3601), stockholm(midnight - 3600)])).toBe(1);
  });

  it('takes the later of two visits in reach', () => {
    const sink = play([
      { cid: CID, cdt: DAY },
      { cid: CID, cdt: DAY + 300, new_visit: 1 },
      { cid: CID, cdt: DAY + 100 },
    ]);
    const visits = askJson(sink, 'Live.getLastVisitsDetails', { idSite: 1 });
    expect(visits.map((visit: { actions: number }) => visit.actions)).toEqual([2, 1]);
  });

  it('keeps visits apart that are sent newest first', () => {
    const hours = [5, 4, 3, 2, 1].map((hour) => ({ cid: CID, cdt: DAY + hour * 3600 }));
    expect(visitsOf(hours)).toBe(5);
    expect(visitsOf([...hours, { cid: CID, cdt: DAY + 3 * 3600 + 60 }])).toBe(5);
  });

  it('cuts where a campaign follows another, its keyword or another referrer', () => {
    const at = (seconds: number, query: string, urlref = '') => ({
      cid: CID,
      cdt: DAY + seconds,
      url: `https://example.test/${query}`,
      urlref,
    });
    const spring = '?mtm_campaign=Spring';
    expect(visitsOf([at(0, spring), at(60, '?mtm_campaign=spring'), at(120, '')])).toBe(1);
    expect(visitsOf([at(0, spring), at(60, `${spring}&mtm_keyword=coat`)])).toBe(2);
    expect(visitsOf([at(0, '', 'https://search.test/'), at(60, spring)])).toBe(2);
    expect(visitsOf([at(0, ''), at(60, spring), at(120, '?mtm_campaign=summer')])).toBe(2);
    expect(visitsOf([at(0, spring), at(60, '', 'https://search.test/')])).toBe(1);
  });
});

describe('the visitor of a hit', () => {
  it('is found by the cid alone, never by the browser', () => {
    expect(
      visitsOf([
        { cid: CID, cdt: DAY },
        { cid: 'f'.repeat(16), cdt: DAY + 1 },
      ]),
    ).toBe(2);
  });

  it('is the user from the login on, in one whole visit', () => {
    const sink = play([
      { _id: CID, cdt: DAY },
      { _id: CID, uid: 'anna', cdt: DAY + 60 },
      { uid: 'anna', cdt: DAY + 120, cip: '81.230.9.9' },
    ]);
    expect(sink.recorded().visits).toBe(1);
    const segment = `visitorId==${visitorIdOfUser('anna')}`;
    const [visit] = askJson(sink, 'Live.getLastVisitsDetails', { idSite: 1, segment });
    expect(visit).toMatchObject({ userId: 'anna', actions: 3 });
  });

  it('is not found by the browser in a visit of somebody who is logged in', () => {
    expect(
      visitsOf([
        { uid: 'anna', cdt: DAY },
        { _id: CID, cdt: DAY + 60 },
      ]),
    ).toBe(2);
    expect(visitsOf([{ uid: 'anna', cdt: DAY }, { cdt: DAY + 60 }])).toBe(1);
  });

  it('ignores a short id, cuts a long one and zeroes what is not hexadecimal', () => {
    const idOf = (fields: Fields) => {
      const sink = play([{ cdt: DAY, ...fields }]);
      return askJson(sink, 'Live.getLastVisitsDetails', { idSite: 1 })[0].visitorId;
    };
    expect(idOf({ _id: 'abc' })).toBe('fffffffffffffff1');
    expect(idOf({ _id: `${CID.toUpperCase()}77` })).toBe(CID);
    expect(idOf({ _id: 'z'.repeat(16) })).toBe('0'.repeat(16));
  });

  it('has one browser for all versions of an operating system, and one language without upper-case regions', () => {
    const ua = (system: string) =>
      `Mozilla/5.0 (Linux; ${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36`;
    const pair = (first: Fields, second: Fields) =>
      visitsOf([
        { cdt: DAY, ...first },
        { cdt: DAY + 1, ...second },
      ]);
    expect(pair({ ua: ua('Android 13; Pixel 7') }, { ua: ua('Android 10; K') })).toBe(1);
    expect(pair({ lang: 'sv-SE' }, { lang: 'sv-FI' })).toBe(1);
    expect(pair({ lang: 'sv-se' }, { lang: 'sv-fi' })).toBe(2);
  });
});

describe('conversions', () => {
  const at = (seconds: number, fields: Fields) => ({ cid: CID, cdt: DAY + seconds, ...fields });
  const cart = { idgoal: 0, revenue: '10.10' };
  const order = (id: string) => ({ idgoal: 0, ec_id: id, revenue: '0.1' });

  it('count hits by kind, though a cart and the order after it share a row', () => {
    const sink = play([
      at(0, cart),
      at(1, cart),
      at(2, order('A')),
      at(3, cart),
      at(4, order('B')),
      at(5, order('C')),
    ]);
    const recorded = sink.recorded();
    expect(recorded.recorded).toBe(3);
    expect(recorded.sites['1']?.days['2026-10-20']).toMatchObject({
      visits: 1,
      revenue: 0.3,
      kinds: { cart: 3, order: 3, pageview: 0 },
    });
  });

  it('refuse an order id that the site has seen, in another visit or the same request', () => {
    const sink = createTestSink();
    expect(bulk(sink, [at(0, order('A')), at(1, order('A')), at(2, { idsite: 2, ...order('A') })])).toEqual({
      status: 'success',
      tracked: 2,
      invalid: 1,
      invalid_indices: [1],
    });
  });

  it('keep goals that fired by themselves apart from those that were sent', () => {
    const thanks = { url: 'https://example.test/Thanks?for=all' };
    const sink = play([at(0, thanks), at(1, thanks), at(2, { idgoal: 3 }), at(3, { idgoal: 3 })]);
    expect(sink.recorded().recorded).toBe(5);
    expect(sink.recorded().sites['1']?.days['2026-10-20']).toMatchObject({
      automaticGoals: 1,
      kinds: { pageview: 2, goal: 2 },
    });
  });
});

describe('pings', () => {
  it('lengthen a visit, and count only when they found one', () => {
    const sink = play([
      { cid: CID, cdt: DAY },
      { cid: CID, cdt: DAY + 600, ping: 1 },
      { cid: CID, cdt: DAY + 1800, ping: 1 },
    ]);
    expect(sink.recorded().sites['1']?.days['2026-10-20']?.kinds.ping).toBe(1);
    const summary = askJson(sink, 'VisitsSummary.get', { idSite: 1, period: 'day', date: '2026-10-20' });
    expect(summary).toMatchObject({ nb_visits: 1, nb_actions: 1, sum_visit_length: 601 });
  });
});
