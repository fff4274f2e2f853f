/** The Reporting API at `index.php`: who may read what, and which report answers which method. */
import type { SinkConfig } from '../config.ts';
import { htmlReply, jsonReply, type Reply } from '../replies.ts';
import { integerOf, type Parameters, textOf } from '../tracking/parameters.ts';
import type { Rights } from '../tracking/rights.ts';
import type { Tracker } from '../tracking/tracker.ts';
import type { SinkVisit } from '../visits/visit.ts';
import type { SiteVisits } from '../visits/visits.ts';
import {
  visitFrequency,
  visitsByDayOfWeek,
  visitsByDaysSinceLast,
  visitsByVisitCount,
  visitsPerDuration,
  visitsPerPage,
} from './interest-reports.ts';
import { visitDetails, visitorsOfSegment } from './live.ts';
import { pageUrls } from './page-report.ts';
import { parsePeriod, type Span } from './periods.ts';
import { itemsByCategory, itemsByName, itemsBySku } from './product-reports.ts';
import { referrerTypes } from './referrer-report.ts';
import {
  actionsReport,
  contentNames,
  eventCategories,
  goalsReport,
  type ReportInput,
  type ReportValue,
  visitsSummary,
} from './reports.ts';
import { SITE_METHODS } from './site-settings.ts';

const REPORTS: Readonly<Record<string, (input: ReportInput) => ReportValue>> = {
  'VisitsSummary.get': visitsSummary,
  'Actions.get': actionsReport,
  'Events.getCategory': eventCategories,
  'Contents.getContentNames': contentNames,
  'Goals.get': goalsReport,
  'Goals.getItemsSku': itemsBySku,
  'Goals.getItemsName': itemsByName,
  'Goals.getItemsCategory': itemsByCategory,
  'VisitFrequency.get': visitFrequency,
  'VisitTime.getByDayOfWeek': visitsByDayOfWeek,
  'VisitorInterest.getNumberOfVisitsPerPage': visitsPerPage,
  'VisitorInterest.getNumberOfVisitsPerVisitDuration': visitsPerDuration,
  'VisitorInterest.getNumberOfVisitsByVisitCount': visitsByVisitCount,
  'VisitorInterest.getNumberOfVisitsByDaysSinceLast': visitsByDaysSinceLast,
  'Actions.getPageUrls': pageUrls,
  'Referrers.getReferrerType': referrerTypes,
};

/** Methods that need no site, only a token. */
const ACCOUNT: Readonly<Record<string, (rights: Rights, config: SinkConfig, of: Parameters) => unknown>> = {
  'API.getMatomoVersion': (_, { version }) => ({ value: version }),
  'API.isPluginActivated': (_, { plugins }, of) => ({ value: plugins.includes(textOf(of, 'pluginName')) }),
  'UsersManager.hasSuperUserAccess': (rights) => ({ value: rights.isSuperUser }),
  'SitesManager.getSitesIdWithAdminAccess': (rights) => rights.adminSites,
  'SitesManager.getSitesIdWithWriteAccess': (rights) => rights.writeSites,
  'SitesManager.getSitesIdWithAtLeastViewAccess': (rights) => rights.viewableSites,
};

function systemSettingsReply({ isSuperUser }: Rights, { systemSettings }: SinkConfig): Reply {
  if (!isSuperUser) return errorReply("You can't access this resource as it requires 'superuser' access.");
  const plugins = Object.entries(systemSettings).map(([pluginName, settings]) => ({
    pluginName,
    title: pluginName,
    settings: Object.entries(settings).map(([settingName, value]) => ({ name: settingName, value })),
  }));
  return jsonReply(plugins);
}

/** Most errors come with HTTP 200. */
function errorReply(message: string, status = 200): Reply {
  return jsonReply({ result: 'error', message }, status);
}

function visitsIn(store: SiteVisits, span: Span): SinkVisit[] {
  if (span.first === span.last) return store.days.get(span.first)?.visits ?? [];
  return [...store.days.values()]
    .filter((day) => day.date >= span.first && day.date <= span.last)
    .flatMap((day) => day.visits);
}

/** Whether a visit is in a segment of the form `dimension3==value`; null for a segment of another kind. */
function dimensionSegment(segment: string): ((visit: SinkVisit) => boolean) | null {
  if (segment === '') return () => true;
  const [, id, value] = /^dimension(\d+)==(.*)$/s.exec(segment) ?? [];
  if (id === undefined || value === undefined) return null;
  const wanted = decodeURIComponent(value);
  return (visit) => visit.dimensions?.get(Number(id)) === wanted;
}

function reportReply(
  report: (input: ReportInput) => ReportValue,
  store: SiteVisits,
  parameters: Parameters,
  nowSeconds: number,
): Reply {
  const kind = textOf(parameters, 'period');
  const period = parsePeriod(kind, textOf(parameters, 'date'), store.dateOf(nowSeconds));
  if (!period) return errorReply("The period or the date is missing or not supported: 'period', 'date'.");
  const goal = textOf(parameters, 'idGoal');
  const segment = textOf(parameters, 'segment');
  const isInSegment = dimensionSegment(segment);
  if (!isInSegment) return errorReply(`The segment '${segment}' is not supported.`);
  const reportOf = (visits: readonly SinkVisit[]) =>
    report({
      store,
      visits: visits.filter(isInSegment),
      goal,
      wantsCarts: textOf(parameters, 'abandonedCarts') === '1',
      countsVisitors: kind !== 'range',
    });
  if (!period.isKeyedByDate)
    return jsonReply(reportOf(period.spans.flatMap((span) => visitsIn(store, span))));
  const byDate = period.spans.map((span) => {
    const visits = visitsIn(store, span);
    // As Matomo does: a day without data is an empty list among objects.
    return [span.label, visits.length === 0 ? [] : reportOf(visits)] as const;
  });
  return jsonReply(Object.fromEntries(byDate));
}

function candidates(store: SiteVisits, segment: string): SinkVisit[] | null {
  if (segment === '') return [...store.days.values()].flatMap((day) => day.visits);
  return visitorsOfSegment(segment)?.flatMap((id) => store.byVisitor(id)) ?? null;
}

/** @param oldestSeconds visits that ended before have lost their raw data */
function liveReply(
  store: SiteVisits,
  parameters: Parameters,
  nowSeconds: number,
  oldestSeconds: number,
): Reply {
  const segment = textOf(parameters, 'segment');
  const found = candidates(store, segment);
  if (!found) return errorReply(`The segment '${segment}' is not supported.`);
  const date = textOf(parameters, 'date');
  const period = parsePeriod(textOf(parameters, 'period'), date, store.dateOf(nowSeconds));
  if (date !== '' && !period) return errorReply(`The period or the date '${date}' is not supported.`);
  const first = period?.spans[0]?.first ?? '';
  const last = period?.spans.at(-1)?.last ?? '9999-12-31';
  const offset = integerOf(parameters, 'filter_offset', 0);
  const limit = integerOf(parameters, 'filter_limit', 10);
  const direction = textOf(parameters, 'filter_sort_order') === 'asc' ? -1 : 1;
  const rows = found
    .filter(({ day, lastSeconds }) => day.date >= first && day.date <= last && lastSeconds >= oldestSeconds)
    .sort((a, b) => direction * (b.lastSeconds - a.lastSeconds || b.id - a.id))
    .slice(offset, limit < 0 ? undefined : offset + limit);
  return jsonReply(rows.map((visit) => visitDetails(store, visit)));
}

/** Answers one Reporting API request. `method` is the HTTP method. */
export function report(
  tracker: Tracker,
  config: SinkConfig,
  parameters: Parameters,
  method: string,
  nowSeconds: number,
): Reply {
  if (textOf(parameters, 'module') !== 'API') return htmlReply(200, 'Matomo');
  const token = textOf(parameters, 'token_auth');
  const rights = tracker.rightsOf(token);
  if (!rights.isKnown) {
    return token !== '' && method === 'POST'
      ? htmlReply(401, 'Unable to authenticate with the provided token.')
      : errorReply(
          "You can't access this resource as it requires 'view' access for at least one website.",
          401,
        );
  }
  const name = textOf(parameters, 'method');
  if (name === 'CorePluginsAdmin.getSystemSettings') return systemSettingsReply(rights, config);
  const account = ACCOUNT[name];
  if (account) return jsonReply(account(rights, config, parameters));
  const reporter = REPORTS[name];
  const siteMethod = SITE_METHODS[name];
  const isLive = name === 'Live.getLastVisitsDetails';
  if (!reporter && !siteMethod && !isLive)
    return errorReply(`The method '${name}' does not exist or is not available.`);
  const id = integerOf(parameters, 'idSite', 0);
  const store = tracker.sites.get(id);
  if (!store || !rights.mayView(id)) {
    return errorReply(
      `You can't access this resource as it requires 'view' access for the website id = ${id}.`,
    );
  }
  if (siteMethod) return jsonReply(siteMethod(store.site));
  if (reporter) return reportReply(reporter, store, parameters, nowSeconds);
  const { rawDataDays } = config;
  const oldestSeconds = rawDataDays === undefined ? 0 : nowSeconds - rawDataDays * 86_400;
  return liveReply(store, parameters, nowSeconds, oldestSeconds);
}
