import { describe, expect, it } from 'vitest';
import { parseSinkConfig } from '../../../src/sink/config.ts';
import { ask, askJson, bulk, createTestSink, DAY, NOW, requestOf, SUPER, VIEW, WRITE } from '../driver.ts';

const CID = '0123456789abcdef';
const OTHER = 'fedcba9876543210';
const DATE = { idSite: 1, period: 'day', date: '2026-10-20' };

function filledSink() {
  const sink = createTestSink();
  const at = (seconds: number, fields = {}) => ({ cid: CID, cdt: DAY + seconds, ...fields });
  bulk(sink, [
    at(0, { action_name: 'Home' }),
    at(10, { url: 'https://example.test/a' }),
    at(20, { url: 'https://example.test/a' }),
    at(30, { e_c: 'Video', e_a: 'Play', ca: 1 }),
    at(40, { search: 'coat' }),
    at(50, { c_n: 'Banner', ca: 1 }),
    at(51, { c_n: 'Banner', c_i: 'click', ca: 1 }),
    at(60, { link: 'https://other.test/', ca: 1 }),
    at(70, { idgoal: 2, revenue: 5 }),
    at(80, { idgoal: 0, ec_id: 'A', revenue: '12.50' }),
    { cid: OTHER, cdt: DAY + 90, cip: '81.230.7.7', idgoal: 0, revenue: 99 },
    { cid: OTHER, cdt: DAY + 86_400 },
  ]);
  return sink;
}

describe('access to the Reporting API', () => {
  it('answers the version to a token, 401 JSON without one, 401 HTML to a wrong one by POST', () => {
    const sink = createTestSink();
    expect(askJson(sink, 'API.getMatomoVersion', {}, VIEW)).toEqual({ value: '5.0.2' });
    expect(ask(sink, 'API.getMatomoVersion', {}, '')).toMatchObject({
      status: 401,
      type: 'application/json',
    });
    expect(ask(sink, 'API.getMatomoVersion', {}, 'wrong')).toMatchObject({
      status: 401,
      type: expect.stringContaining('text/html'),
    });
  });

  it('tells what a token may do', () => {
    const sink = createTestSink();
    const rights = (token: string) => [
      askJson(sink, 'UsersManager.hasSuperUserAccess', {}, token).value,
      askJson(sink, 'SitesManager.getSitesIdWithAdminAccess', {}, token),
      askJson(sink, 'SitesManager.getSitesIdWithWriteAccess', {}, token),
      askJson(sink, 'SitesManager.getSitesIdWithAtLeastViewAccess', {}, token),
    ];
    expect(rights(SUPER)).toEqual([true, [1, 2, 3], [], [1, 2, 3]]);
    expect(rights(WRITE)).toEqual([false, [], [1], [1]]);
    expect(rights(VIEW)).toEqual([false, [], [], [1]]);
  });

  it('reports errors with status 200', () => {
    const sink = createTestSink();
    for (const [method, fields] of [
      ['Nothing.get', {}],
      ['VisitsSummary.get', { ...DATE, idSite: 2 }],
      ['VisitsSummary.get', { ...DATE, date: 'soon' }],
      ['Live.getLastVisitsDetails', { idSite: 1, segment: 'country==se' }],
    ] as const) {
      const reply = ask(sink, method, fields, VIEW);
      expect(reply.status).toBe(200);
      expect(JSON.parse(String(reply.body))).toMatchObject({ result: 'error', message: expect.any(String) });
    }
  });

  it('answers a GET and shows a page where no API is asked for', () => {
    const sink = createTestSink();
    const query = `module=API&method=API.getMatomoVersion&token_auth=${VIEW}`;
    expect(sink.handle(requestOf({ url: `/index.php?${query}` })).body).toBe('{"value":"5.0.2"}');
    expect(sink.handle(requestOf({ url: '/' })).type).toContain('text/html');
  });

  it('tells the main URL and the aliases of a site', () => {
    const sink = createTestSink(
      parseSinkConfig({
        sites: [{ id: 1, aliasUrls: ['https://alias.test'] }],
        tokens: [{ token: SUPER, role: 'super' }],
      }),
    );
    expect(askJson(sink, 'SitesManager.getSiteUrlsFromId', { idSite: 1 })).toEqual([
      'https://example.test',
      'https://alias.test',
    ]);
  });

  it('describes a site in texts', () => {
    const sink = createTestSink();
    expect(askJson(sink, 'SitesManager.getSiteFromId', { idSite: 3 })).toMatchObject({
      idsite: '3',
      timezone: 'America/New_York',
      currency: 'USD',
      ecommerce: '0',
      sitesearch: '0',
      exclude_unknown_urls: '0',
      excluded_ips: '',
      excluded_user_agents: '',
      main_url: 'https://example.test',
      ts_created: '2020-01-01 00:00:00',
    });
  });
});

describe('reports', () => {
  const sink = filledSink();

  it('sum visits', () => {
    expect(askJson(sink, 'VisitsSummary.get', DATE)).toMatchObject({
      nb_visits: 2,
      nb_uniq_visitors: 2,
      nb_actions: 6,
      bounce_count: 1,
      sum_visit_length: 82,
      max_actions: 6,
    });
  });

  it('are keyed by date for several days, with an empty list for a day without data', () => {
    const days = askJson(sink, 'VisitsSummary.get', { ...DATE, date: '2026-10-19,2026-10-21' });
    expect(Object.keys(days)).toEqual(['2026-10-19', '2026-10-20', '2026-10-21']);
    expect(days['2026-10-19']).toEqual([]);
    expect(days['2026-10-21']).toMatchObject({ nb_visits: 1 });
  });

  it('sum a range, a week and a day by name', () => {
    const visits = (period: string, date: string) =>
      askJson(sink, 'VisitsSummary.get', { idSite: 1, period, date }).nb_visits;
    expect(visits('range', '2026-10-19,2026-10-21')).toBe(3);
    expect(visits('week', '2026-10-23')).toBe(3);
    expect(visits('month', '2026-09-23')).toBe(0);
    expect(visits('day', 'today')).toBe(0);
  });

  it('count actions', () => {
    expect(askJson(sink, 'Actions.get', DATE)).toEqual({
      nb_pageviews: 3,
      nb_uniq_pageviews: 2,
      nb_downloads: 0,
      nb_uniq_downloads: 0,
      nb_outlinks: 1,
      nb_uniq_outlinks: 1,
      nb_searches: 1,
      nb_keywords: 1,
    });
  });

  it('group events and content', () => {
    expect(askJson(sink, 'Events.getCategory', DATE)).toMatchObject([{ label: 'Video', nb_events: 1 }]);
    expect(askJson(sink, 'Contents.getContentNames', DATE)).toMatchObject([
      { label: 'Banner', nb_visits: 1, nb_impressions: 1, nb_interactions: 1 },
    ]);
  });

  it('count goals, orders and abandoned carts', () => {
    const goals = (idGoal?: string) => askJson(sink, 'Goals.get', { ...DATE, ...(idGoal ? { idGoal } : {}) });
    expect(goals('2')).toMatchObject({ nb_conversions: 1, revenue: 5 });
    expect(goals('ecommerceOrder')).toMatchObject({ nb_conversions: 1, revenue: 12.5 });
    expect(goals('ecommerceAbandonedCart')).toMatchObject({ nb_conversions: 1, revenue: 99 });
    expect(goals()).toMatchObject({ nb_conversions: 2, revenue: 17.5 });
  });
});

describe('Live.getLastVisitsDetails', () => {
  const sink = filledSink();
  const live = (fields = {}) => askJson(sink, 'Live.getLastVisitsDetails', { idSite: 1, ...fields });

  it('shows the latest visit first and pages through them', () => {
    const times = (fields = {}) =>
      live(fields).map((visit: { serverTimestamp: number }) => visit.serverTimestamp);
    expect(times()).toEqual([DAY + 86_400, DAY + 90, DAY + 80]);
    expect(times({ filter_limit: 1, filter_offset: 1 })).toEqual([DAY + 90]);
    expect(times({ period: 'day', date: '2026-10-21' })).toEqual([DAY + 86_400]);
    expect(times({ period: 'day', date: 'today' })).toEqual([]);
  });

  it('finds the visits of some visitors', () => {
    expect(live({ segment: `visitorId==${CID}` })).toHaveLength(1);
    expect(live({ segment: `visitorId==${CID},visitorId==${OTHER}` })).toHaveLength(3);
    expect(live({ segment: `visitorId==${'1'.repeat(16)}` })).toEqual([]);
  });

  it('details what a visit did', () => {
    const [visit] = live({ segment: `visitorId==${CID}` });
    expect(visit).toMatchObject({
      visitorId: CID,
      actions: 6,
      goalConversions: 1,
      totalEcommerceConversions: 1,
      totalEcommerceRevenue: 12.5,
      firstActionTimestamp: DAY,
    });
    expect(visit.actionDetails.map((detail: { type: string }) => detail.type)).toEqual([
      'action',
      'action',
      'action',
      'event',
      'search',
      'content',
      'content',
      'outlink',
      'goal',
      'ecommerceOrder',
    ]);
    expect(visit.actionDetails[0]).toEqual({
      type: 'action',
      url: 'https://example.test/',
      timestamp: DAY,
      pageTitle: 'Home',
    });
  });

  it.each([
    ['UTC+5.5', 19_800],
    ['UTC-3', -10_800],
    ['Asia/Kolkata', 19_800],
  ])("shifts the times of actions by the site's distance to UTC, in %s by %d s", (timezone, seconds) => {
    const there = createTestSink(
      parseSinkConfig({ sites: [{ id: 1, timezone }], tokens: [{ token: SUPER, role: 'super' }] }),
    );
    bulk(there, [{ cid: CID, cdt: DAY }]);
    const [visit] = askJson(there, 'Live.getLastVisitsDetails', { idSite: 1 });
    expect([visit.actionDetails[0].timestamp - DAY, visit.serverTimestamp]).toEqual([seconds, DAY]);
  });

  it('sees a visit of this very second', () => {
    const fresh = createTestSink();
    bulk(fresh, [{ cid: CID }]);
    const [visit] = askJson(fresh, 'Live.getLastVisitsDetails', { idSite: 1, period: 'day', date: 'today' });
    expect(visit.serverTimestamp).toBe(NOW);
  });
});
