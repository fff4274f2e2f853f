/** What Matomo's reports say of each day of a site. */
import type { LocalDate } from '../../types/local-date.ts';
import type { ReportingApi } from './reporting.ts';

/** Numbers of one day as the reports show them; revenue in hundredths of the currency's unit. */
export interface RecordedCounts {
  readonly visits: number;
  readonly actions: number;
  readonly pageviews: number;
  readonly events: number;
  readonly searches: number;
  readonly outlinks: number;
  readonly downloads: number;
  readonly orders: number;
  readonly revenue: number;
  readonly carts: number;
  readonly goals: number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The number of that name in a report row; 0 where there is none, as in the empty list of a day without data. */
function numberIn(row: unknown, name: string): number {
  return isRecord(row) ? Number(row[name] ?? 0) || 0 : 0;
}

function sumIn(rows: unknown, name: string): number {
  return Array.isArray(rows) ? rows.reduce((sum: number, row) => sum + numberIn(row, name), 0) : 0;
}

/** The part of a report that is of one day: reports of several days are keyed by date. */
function dayIn(report: unknown, date: LocalDate, isOneDay: boolean): unknown {
  if (isOneDay && !(isRecord(report) && date in report)) return report;
  return isRecord(report) ? report[date] : undefined;
}

/** The traffic of one seed, told from all other traffic of the site by a custom dimension. */
export function segmentOf(runDimensionId: number | undefined, seed: string): string | undefined {
  return runDimensionId === undefined ? undefined : `dimension${runDimensionId}==${encodeURIComponent(seed)}`;
}

/**
 * Asks for the days from the first to the last, both included.
 * @param goalIds goals whose conversions are counted together
 * @param segment visits to be counted, undefined for all
 */
export async function fetchRecordedCounts(
  api: ReportingApi,
  siteId: number,
  from: LocalDate,
  to: LocalDate,
  dates: readonly LocalDate[],
  goalIds: readonly number[],
  segment?: string,
): Promise<ReadonlyMap<LocalDate, RecordedCounts>> {
  const date = from === to ? from : `${from},${to}`;
  const period = { idSite: siteId, period: 'day', date, ...(segment === undefined ? {} : { segment }) };
  const ask = (method: string, more: Record<string, string | number> = {}) =>
    api.ask(method, { ...period, ...more });
  const visits = await ask('VisitsSummary.get');
  const actions = await ask('Actions.get');
  const events = await ask('Events.getCategory', { filter_limit: -1 });
  const orders = await ask('Goals.get', { idGoal: 'ecommerceOrder' });
  const carts = await ask('Goals.get', { idGoal: 'ecommerceAbandonedCart' });
  const goals: unknown[] = [];
  for (const idGoal of goalIds) goals.push(await ask('Goals.get', { idGoal }));
  return new Map(
    dates.map((date) => {
      const of = (report: unknown) => dayIn(report, date, from === to);
      const counts: RecordedCounts = {
        visits: numberIn(of(visits), 'nb_visits'),
        actions: numberIn(of(visits), 'nb_actions'),
        pageviews: numberIn(of(actions), 'nb_pageviews'),
        searches: numberIn(of(actions), 'nb_searches'),
        outlinks: numberIn(of(actions), 'nb_outlinks'),
        downloads: numberIn(of(actions), 'nb_downloads'),
        events: sumIn(of(events), 'nb_events'),
        orders: numberIn(of(orders), 'nb_conversions'),
        revenue: Math.round(numberIn(of(orders), 'revenue') * 100),
        carts: numberIn(of(carts), 'nb_conversions'),
        goals: goals.reduce((sum: number, report) => sum + numberIn(of(report), 'nb_conversions'), 0),
      };
      return [date, counts] as const;
    }),
  );
}

/** What the site's settings say that bears on what is recorded. */
export interface SiteRecord {
  readonly timezone: string;
  readonly currency: string;
  readonly name: string;
  readonly mainUrl: string;
  /** The main URL and its aliases; the aliases are only asked for where the site takes no other URLs. */
  readonly urls: readonly string[];
  readonly isEcommerceOn: boolean;
  readonly isSearchOn: boolean;
  readonly createdOn: LocalDate | undefined;
  readonly excludedIps: string;
  readonly excludedUserAgents: string;
  readonly excludesUnknownUrls: boolean;
}

/** Numbers of the sites that the token may read; none where Matomo does not tell. */
export async function fetchViewableSites(api: ReportingApi): Promise<number[]> {
  const answer = await api.ask('SitesManager.getSitesIdWithAtLeastViewAccess', {});
  return Array.isArray(answer) ? answer.map(Number).filter(Number.isInteger) : [];
}

export async function fetchSite(api: ReportingApi, siteId: number): Promise<SiteRecord> {
  const answer = await api.ask('SitesManager.getSiteFromId', { idSite: siteId });
  const site = isRecord(answer) ? answer : {};
  const text = (name: string) => String(site[name] ?? '');
  const created = text('ts_created').slice(0, 10);
  const excludesUnknownUrls = text('exclude_unknown_urls') === '1';
  const urls = excludesUnknownUrls ? await api.ask('SitesManager.getSiteUrlsFromId', { idSite: siteId }) : [];
  return {
    name: text('name'),
    mainUrl: text('main_url'),
    urls: [text('main_url'), ...(Array.isArray(urls) ? urls.map(String) : [])],
    timezone: text('timezone'),
    currency: text('currency'),
    isEcommerceOn: text('ecommerce') === '1',
    isSearchOn: text('sitesearch') === '1',
    createdOn: /^\d{4}-\d{2}-\d{2}$/.test(created) ? created : undefined,
    excludedIps: text('excluded_ips'),
    excludedUserAgents: text('excluded_user_agents'),
    excludesUnknownUrls,
  };
}
