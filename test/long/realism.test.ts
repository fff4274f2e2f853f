import { describe, expect, it } from 'vitest';
import { loadSession } from '../../src/cli/options/session.ts';
import { trafficSettings as trafficOf } from '../../src/config/rules/traffic-settings.ts';
import type { TrafficSettings } from '../../src/types/traffic-settings.ts';
import { createFakeHost, packageFiles } from '../doubles/fake-host.ts';
import { mean } from '../plan/fixtures.ts';
import { createSiteSink, recordedBy, sendTo, TOKEN } from '../plan/sending.ts';

const FROM = '2026-08-20';
const DAYS = 90;
const TO = '2026-11-17';

type Row = Readonly<Record<string, number | string>>;

const host = createFakeHost({ files: packageFiles() });

async function trafficOfPreset(name: string): Promise<TrafficSettings> {
  const session = await loadSession(host, 'run', { preset: [name], sink: true }, Date.UTC(2026, 10, 20));
  return {
    ...trafficOf(session.settings, 'run', session.files, true),
    seed: 'realism',
    timezone: 'Europe/Stockholm',
    visitsPerDay: 400,
  };
}

/** Sends 90 days and asks the endpoint for its reports, as an analyst would ask Matomo. */
async function recorded(name: string) {
  const traffic = await trafficOfPreset(name);
  const sink = createSiteSink(traffic);
  const { planned, sent, tracked, invalid } = sendTo(sink, traffic, { from: FROM, days: DAYS });
  function ask<T>(method: string, fields: Readonly<Record<string, string>> = {}): T {
    const query = new URLSearchParams({
      module: 'API',
      method,
      format: 'JSON',
      idSite: String(traffic.siteId),
      period: 'range',
      date: `${FROM},${TO}`,
      token_auth: TOKEN,
      ...fields,
    });
    const reply = sink.handle({
      method: 'POST',
      url: '/index.php',
      contentType: 'application/x-www-form-urlencoded',
      userAgent: 'test',
      language: 'en-us',
      address: '81.230.4.5',
      body: query.toString(),
    });
    return JSON.parse(String(reply.body));
  }
  const rows = (method: string, fields?: Readonly<Record<string, string>>) => ask<Row[]>(method, fields);
  const visitsBy = (method: string) =>
    new Map(rows(method).map(({ label, nb_visits }) => [String(label), Number(nb_visits)]));
  return { traffic, sink, planned, sent, tracked, invalid, ask, rows, visitsBy };
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

interface Expected {
  readonly name: string;
  /** Weekend days against working days. */
  readonly weekend: readonly [number, number];
}

const PRESETS: readonly Expected[] = [
  { name: 'shop', weekend: [0.9, 1.3] },
  { name: 'content', weekend: [0.75, 1] },
  { name: 'saas', weekend: [0.35, 0.5] },
];

describe.each(PRESETS)('90 days of the preset $name in Matomo’s reports', async ({ name, weekend }) => {
  const site = await recorded(name);
  const { traffic, planned, ask, rows, visitsBy } = site;
  const perPage = visitsBy('VisitorInterest.getNumberOfVisitsPerPage');
  const all = sum(perPage.values());
  const perDay = Object.values(planned).map(({ visits }) => visits);

  it('are recorded as planned, in every kind', () => {
    expect({ tracked: site.tracked, invalid: site.invalid }).toEqual({ tracked: site.sent, invalid: 0 });
    expect(recordedBy(site.sink, traffic.siteId)).toEqual(planned);
    expect(Object.keys(planned)).toHaveLength(DAYS);
    expect(all).toBe(sum(perDay));
  });

  it('vary from day to day more than chance would have it, around the mean', () => {
    const average = mean(perDay);
    const variance = mean(perDay.map((visits) => (visits - average) ** 2));
    expect(variance / average).toBeGreaterThan(3);
    expect(average / traffic.visitsPerDay).toBeGreaterThan(0.75);
    expect(average / traffic.visitsPerDay).toBeLessThan(1.3);
  });

  it('have weekends as the trade has them', () => {
    const byWeekday = rows('VisitTime.getByDayOfWeek').map(({ nb_visits }) => Number(nb_visits));
    const dates = Object.keys(planned).map((date) => new Date(`${date}T00:00:00Z`).getUTCDay());
    const weekends = dates.filter((weekday) => weekday === 0 || weekday === 6).length;
    const onWeekend = sum(byWeekday.slice(5)) / weekends;
    const onWorkday = sum(byWeekday.slice(0, 5)) / (DAYS - weekends);
    expect(onWeekend / onWorkday).toBeGreaterThan(weekend[0]);
    expect(onWeekend / onWorkday).toBeLessThan(weekend[1]);
  });

  it('have visits of two pages, and of dozens', () => {
    const share = (label: string) => (perPage.get(label) ?? 0) / all;
    expect(share('1 page')).toBeGreaterThan(traffic.shares.bounce - 0.015);
    expect(share('1 page')).toBeLessThan(traffic.shares.bounce + 0.015);
    expect(share('2 pages')).toBeGreaterThan(0.1);
    expect(share('2 pages')).toBeLessThan(0.18);
    expect(share('21+ pages')).toBeGreaterThan(0.004);
  });

  it('have visits of seconds, and of more than ten minutes', () => {
    const durations = visitsBy('VisitorInterest.getNumberOfVisitsPerVisitDuration');
    const share = (...labels: string[]) => sum(labels.map((label) => durations.get(label) ?? 0)) / all;
    expect(share('10-15 min', '15-30 min', '30+ min')).toBeGreaterThan(0.03);
    expect(share('10-15 min', '15-30 min', '30+ min')).toBeLessThan(0.08);
    expect(share('11–30s', '31–60s')).toBeGreaterThan(0.1);
    expect(share('30+ min')).toBeGreaterThan(0.002);
  });

  it('have visitors who come back after hours, days and weeks, and some who come often', () => {
    const since = visitsBy('VisitorInterest.getNumberOfVisitsByDaysSinceLast');
    const returning = all - (since.get('New visits') ?? 0);
    const cameBack = (...labels: string[]) => sum(labels.map((label) => since.get(label) ?? 0)) / returning;
    expect(cameBack('0 days')).toBeLessThan(0.3);
    expect(cameBack('0 days')).toBeGreaterThan(0.08);
    expect(cameBack('8-14 days', '15-30 days')).toBeGreaterThan(0.06);
    expect(cameBack('31-60 days', '61-120 days')).toBeGreaterThan(0.01);
    const counts = visitsBy('VisitorInterest.getNumberOfVisitsByVisitCount');
    expect(sum(['9-14 visits', '15-25 visits'].map((label) => counts.get(label) ?? 0)) / all).toBeGreaterThan(
      0.02,
    );
  });

  it('return in the share that is set, in 30 days', () => {
    const month = { date: `${FROM},2026-09-18` };
    const { nb_visits_new, nb_visits_returning } = ask<Row>('VisitFrequency.get', month);
    const first30 = Number(nb_visits_returning) / (Number(nb_visits_new) + Number(nb_visits_returning));
    expect(Math.abs(first30 - traffic.shares.returning)).toBeLessThan(0.03);
  });

  it('bounce less when they return, and by channel', () => {
    const frequency = ask<Row>('VisitFrequency.get');
    const bounces = (suffix: string) =>
      Number(frequency[`bounce_count_${suffix}`]) / Number(frequency[`nb_visits_${suffix}`]);
    expect(bounces('new')).toBeGreaterThan(1.2 * bounces('returning'));
    const channels = new Map(
      rows('Referrers.getReferrerType').map(({ label, bounce_count, nb_visits }) => [
        String(label),
        Number(bounce_count) / Number(nb_visits),
      ]),
    );
    expect(channels.get('Social Networks')).toBeGreaterThan(1.2 * (channels.get('Direct Entry') ?? 1));
  });
});

describe.each(['shop', 'saas'])('90 days of selling with the preset %s', async (name) => {
  const { traffic, ask, rows } = await recorded(name);
  const { nb_visits } = ask<Row>('VisitsSummary.get');
  const converted = (idGoal: string) => Number(ask<Row>('Goals.get', { idGoal }).nb_visits_converted);
  const orders = converted('ecommerceOrder');
  const carts = orders + converted('ecommerceAbandonedCart');

  it('put no product into more carts than there were visits that looked at it', () => {
    const bought = new Map(rows('Goals.getItemsSku').map((row) => [String(row.label), row]));
    const left = new Map(
      rows('Goals.getItemsSku', { abandonedCarts: '1' }).map((row) => [String(row.label), row]),
    );
    const skus = [...new Set([...bought.keys(), ...left.keys()])];
    expect(skus.length).toBeGreaterThan(5);
    const unseen = skus.filter((sku) => {
      const views = Number(bought.get(sku)?.nb_visits ?? left.get(sku)?.nb_visits ?? 0);
      return Number(bought.get(sku)?.orders ?? 0) + Number(left.get(sku)?.abandoned_carts ?? 0) > views;
    });
    expect(unseen).toEqual([]);
  });

  it('sell in the share that is set, and lose the carts that are set', () => {
    expect(Math.abs(orders / Number(nb_visits) - traffic.shares.order)).toBeLessThan(0.004);
    expect(Math.abs(1 - orders / carts - traffic.cartAbandonment)).toBeLessThan(0.05);
  });

  it('lose at least 30 % of the carts at each step to the order', () => {
    const pages = new Map(
      rows('Actions.getPageUrls', { flat: '1' }).map((row) => [String(row.label), Number(row.nb_visits)]),
    );
    const { checkout = [{ path: '/cart' }, { path: '/checkout' }, { path: '/checkout/payment' }] } =
      traffic.catalogue;
    const steps = checkout.slice(1).filter(({ path }) => !path.endsWith('/confirmation'));
    const reached = [carts, ...steps.map(({ path }) => pages.get(path) ?? 0), orders];
    for (let i = 1; i < reached.length; i++) {
      expect([reached[i - 1], (reached[i] ?? 0) / (reached[i - 1] ?? 1) <= 0.7]).toEqual([
        reached[i - 1],
        true,
      ]);
    }
  });

  it('sell some products often and many seldom', () => {
    const views = rows('Goals.getItemsSku')
      .map((row) => Number(row.nb_visits))
      .sort((a, b) => b - a);
    const median = views[Math.floor(views.length / 2)] ?? 0;
    if (views.length > 50) expect(views[0]).toBeGreaterThan(2.5 * median);
    expect(views.at(-1)).toBeGreaterThan(0);
  });
});
