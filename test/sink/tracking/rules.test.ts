import { describe, expect, it } from 'vitest';
import { parseSinkConfig } from '../../../src/sink/config.ts';
import { createTestSink, DAY, type Fields, hit, NOW, SUPER, VIEW, WRITE } from '../driver.ts';

/** Status of the answer and number of rows recorded. */
function fate(fields: Fields, site: Record<string, unknown> = {}) {
  const config = {
    sites: [{ id: 1, ...site }],
    tokens: [
      { token: SUPER, role: 'super' },
      { token: WRITE, role: 'write', sites: [1] },
      { token: VIEW, role: 'view', sites: [1] },
    ],
  };
  const sink = createTestSink(parseSinkConfig(config));
  return [hit(sink, fields).status, sink.recorded().recorded];
}

const RECORDED = [200, 1];
const DROPPED = [200, 0];
const INVALID = [400, 0];

describe('rules', () => {
  it('wants a plain number as site', () => {
    expect(fate({ idsite: '01' })).toEqual(INVALID);
    expect(fate({ idsite: '1.0' })).toEqual(INVALID);
    expect(fate({ idsite: 2 })).toEqual(INVALID);
  });

  it('wants rec to be a number other than 0', () => {
    expect(fate({ rec: 0 })).toEqual(DROPPED);
    expect(fate({ rec: 'yes' })).toEqual(DROPPED);
    expect(fate({ rec: 2 })).toEqual(RECORDED);
  });

  it.each(['country', 'region', 'city', 'lat', 'long', 'cip'])('wants a writing token for %s', (name) => {
    const fields = { [name]: name === 'cip' ? '81.230.1.1' : '1' };
    expect(fate(fields)).toEqual(INVALID);
    expect(fate({ ...fields, token_auth: VIEW })).toEqual(INVALID);
    expect(fate({ ...fields, token_auth: WRITE })).toEqual(RECORDED);
  });

  it('wants a writing token from an age of exactly 24 hours on', () => {
    expect(fate({ cdt: NOW - 86_399 })).toEqual(RECORDED);
    expect(fate({ cdt: NOW - 86_400 })).toEqual(INVALID);
    expect(fate({ cdo: 86_400 })).toEqual(INVALID);
    expect(fate({ cdt: NOW - 86_400, token_auth: WRITE })).toEqual(RECORDED);
  });

  it('drops bots, bot ranges and spam referrers, the first two unless bots=1', () => {
    const ua = 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)';
    const cip = { cip: '66.249.80.9', token_auth: SUPER };
    expect(fate({ ua })).toEqual(DROPPED);
    expect(fate({ ua, bots: 1 })).toEqual(RECORDED);
    expect(fate(cip)).toEqual(DROPPED);
    expect(fate({ ...cip, bots: 1 })).toEqual(RECORDED);
    expect(fate({ urlref: 'http://SEMALT.com/x' })).toEqual(DROPPED);
  });

  it('takes telephones whose name ends in bot for telephones', () => {
    expect(
      fate({ ua: 'Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/90.0 Mobile Safari/537.36' }),
    ).toEqual(RECORDED);
  });

  it('drops excluded addresses, user agents and unknown URLs', () => {
    const from = (cip: string) => ({ cip, token_auth: SUPER });
    const excludedIps = ['10.1.*.*', '192.0.2.0/24', '2001:db8::/32'];
    expect(fate(from('10.1.2.3'), { excludedIps })).toEqual(DROPPED);
    expect(fate(from('192.0.2.9'), { excludedIps })).toEqual(DROPPED);
    expect(fate(from('2001:db8::1'), { excludedIps })).toEqual(DROPPED);
    expect(fate(from('10.2.2.3'), { excludedIps })).toEqual(RECORDED);
    expect(fate({ ua: 'Load Tester 1' }, { excludedUserAgents: ['load tester'] })).toEqual(DROPPED);
    const known = { excludeUnknownUrls: true, mainUrl: 'https://www.example.test' };
    expect(fate({ url: 'https://example.test/a' }, known)).toEqual(RECORDED);
    expect(fate({ url: 'https://other.test/a' }, known)).toEqual(DROPPED);
    expect(fate({ url: 'https://example.test.evil.example/' }, known)).toEqual(DROPPED);
    const alias = { ...known, aliasUrls: ['https://alias.test/shop'] };
    expect(fate({ url: 'http://www.alias.test/Shop/a' }, alias)).toEqual(RECORDED);
    expect(fate({ url: 'https://alias.test/a' }, alias)).toEqual(DROPPED);
  });

  it('refuses blank events, negative timings, a short cid and an unknown goal', () => {
    expect(fate({ e_c: 'a', e_a: ' ' })).toEqual(INVALID);
    expect(fate({ pf_onl: -1 })).toEqual(INVALID);
    expect(fate({ cid: 'abc' })).toEqual(INVALID);
    expect(fate({ idgoal: 1 })).toEqual(INVALID);
  });

  it('records an order without items, and loses one whose items are no list', () => {
    expect(fate({ idgoal: 0, ec_id: 'A', revenue: 1 })).toEqual(RECORDED);
    expect(fate({ idgoal: 0, ec_id: 'A', revenue: 1, ec_items: '[broken' })).toEqual(RECORDED);
    expect(fate({ idgoal: 0, ec_id: 'A', revenue: 1, ec_items: '5' })).toEqual(DROPPED);
  });
});

describe('the time of a hit', () => {
  function dayOf(cdt: string | number) {
    const sink = createTestSink();
    hit(sink, { cdt, token_auth: SUPER });
    return Object.keys(sink.recorded().sites['1']?.days ?? {});
  }

  it('is what cdt says, as unix seconds or as UTC', () => {
    expect(dayOf(DAY)).toEqual(['2026-10-20']);
    expect(dayOf('2026-10-19 23:59:59')).toEqual(['2026-10-19']);
    expect(dayOf('2026-10-20T01:00:00+02:00')).toEqual(['2026-10-19']);
    expect(dayOf('2026-10-18')).toEqual(['2026-10-18']);
  });

  it.each([NOW + 1, NOW * 1000, 'garbage', NOW - 20 * 365 * 86_400, ''])('is now for %s', (cdt) => {
    expect(dayOf(cdt)).toEqual(['2026-10-23']);
  });
});

describe('the kind of a hit', () => {
  function kindsOf(fields: Fields) {
    const sink = createTestSink();
    hit(sink, fields);
    const kinds = sink.recorded().sites[String(fields.idsite ?? 1)]?.days['2026-10-23']?.kinds;
    return Object.entries(kinds ?? {}).filter(([, count]) => count !== 0);
  }

  it.each([
    ['pageview', {}],
    ['pageview', { e_c: 'only a category' }],
    ['pageview', { idsite: 3, search: 'coat' }],
    ['event', { e_c: 'a', e_a: 'b', ca: 1 }],
    ['search', { search: 'coat' }],
    ['search', { url: 'https://example.test/find?q=coat' }],
    ['outlink', { link: '/relative', ca: 1 }],
    ['download', { download: 'https://example.test/a.pdf' }],
    ['content', { c_n: 'Banner', c_i: 'click', ca: 1 }],
    ['goal', { idgoal: 2 }],
    ['cart', { idgoal: 0 }],
    ['order', { idgoal: 0, ec_id: 'A' }],
  ])('is %s for %o', (kind, fields: Fields) => {
    expect(kindsOf(fields)).toEqual([[kind, 1]]);
  });

  it('is nothing for a custom action that nobody knows', () => {
    expect(kindsOf({ ca: 1 })).toEqual([]);
  });
});
