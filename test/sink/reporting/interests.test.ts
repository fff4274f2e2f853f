import { describe, expect, it } from 'vitest';
import { askJson, bulk, createTestSink, DAY } from '../driver.ts';

const A = '0123456789abcdef';
const B = 'fedcba9876543210';
const MONTH = { idSite: 1, period: 'range', date: '2026-10-20,2026-10-25' };
const DAY_SECONDS = 86_400;

interface Row {
  readonly label: string;
  readonly nb_visits: number;
}

/** Three visits of one visitor, on three days, and one of another. */
function filledSink() {
  const sink = createTestSink();
  const lamp = { _pks: 'L', _pkn: 'Lamp', _pkc: 'Light', _pkp: '10' };
  bulk(sink, [
    { cid: A, cdt: DAY, url: 'https://example.test/?utm_campaign=Autumn&utm_source=letter' },
    { cid: A, cdt: DAY + DAY_SECONDS, url: 'https://example.test/lamp?size=2', ...lamp },
    { cid: A, cdt: DAY + DAY_SECONDS + 100, url: 'https://example.test/cart' },
    {
      cid: A,
      cdt: DAY + DAY_SECONDS + 200,
      idgoal: 0,
      ec_id: 'O',
      revenue: 20,
      ec_items: '[["L","Lamp","Light",10,2]]',
    },
    { cid: A, cdt: DAY + 3 * DAY_SECONDS, url: 'https://example.test/lamp?size=2', ...lamp },
    {
      cid: A,
      cdt: DAY + 3 * DAY_SECONDS + 5,
      idgoal: 0,
      revenue: 10,
      ec_items: '[["L","Lamp","Light",10,1]]',
    },
    { cid: B, cdt: DAY, url: 'https://example.test/', urlref: 'https://www.google.com/' },
  ]);
  return sink;
}

describe('reports on how visits differ', () => {
  const sink = filledSink();
  const filled = (method: string) =>
    askJson(sink, method, MONTH)
      .filter(({ nb_visits }: Row) => nb_visits > 0)
      .map(({ label, nb_visits }: Row) => [label, nb_visits]);

  it('group visits by their pages and by their length', () => {
    expect(filled('VisitorInterest.getNumberOfVisitsPerPage')).toEqual([
      ['1 page', 3],
      ['2 pages', 1],
    ]);
    expect(filled('VisitorInterest.getNumberOfVisitsPerVisitDuration')).toEqual([
      ['0–10s', 3],
      ['2-4 min', 1],
    ]);
  });

  it('group visits by how many there were before, and how long ago', () => {
    expect(filled('VisitorInterest.getNumberOfVisitsByVisitCount')).toEqual([
      ['1 visit', 2],
      ['2 visits', 1],
      ['3 visits', 1],
    ]);
    expect(filled('VisitorInterest.getNumberOfVisitsByDaysSinceLast')).toEqual([
      ['New visits', 2],
      ['1 day', 1],
      ['2 days', 1],
    ]);
  });

  it('list every row of a group, those without visits too', () => {
    expect(askJson(sink, 'VisitorInterest.getNumberOfVisitsPerPage', MONTH)).toHaveLength(10);
    expect(askJson(sink, 'VisitTime.getByDayOfWeek', MONTH)).toHaveLength(7);
  });

  it('set new and returning visits beside each other', () => {
    expect(askJson(sink, 'VisitFrequency.get', MONTH)).toMatchObject({
      nb_visits_new: 2,
      nb_visits_returning: 2,
      bounce_count_new: 2,
      bounce_count_returning: 1,
    });
  });

  it('count the weekdays', () => {
    expect(filled('VisitTime.getByDayOfWeek')).toEqual([
      ['Tuesday', 2],
      ['Wednesday', 1],
      ['Friday', 1],
    ]);
  });

  it('count the types of referrers, the largest first', () => {
    expect(filled('Referrers.getReferrerType')).toEqual([
      ['Direct Entry', 2],
      ['Search Engines', 1],
      ['Campaigns', 1],
    ]);
  });

  it('list pages with their entries and exits, without the parameters of campaigns', () => {
    const of = (visits: number, entries: number, bounces: number, exits: number) => ({
      nb_visits: visits,
      nb_hits: visits,
      entry_nb_visits: entries,
      entry_bounce_count: bounces,
      exit_nb_visits: exits,
    });
    const pages = askJson(sink, 'Actions.getPageUrls', { ...MONTH, flat: 1 });
    expect(Object.fromEntries(pages.map(({ label, ...counts }: Row) => [label, counts]))).toEqual({
      '/': of(2, 2, 2, 2),
      '/lamp?size=2': of(2, 2, 1, 1),
      '/cart': of(1, 0, 0, 1),
    });
  });

  it('list products with their views, orders and left carts', () => {
    const row = { nb_visits: 2, nb_actions: 2, conversion_rate: '50%' };
    for (const [method, label] of [
      ['Goals.getItemsSku', 'L'],
      ['Goals.getItemsName', 'Lamp'],
      ['Goals.getItemsCategory', 'Light'],
    ] as const) {
      expect(askJson(sink, method, MONTH)).toEqual([{ label, revenue: 20, quantity: 2, orders: 1, ...row }]);
      expect(askJson(sink, method, { ...MONTH, abandonedCarts: 1 })).toEqual([
        { label, revenue: 10, quantity: 1, abandoned_carts: 1, ...row },
      ]);
    }
  });
});
