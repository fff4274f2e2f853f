/** The site's settings in Matomo against ours: pure. */
import type { SiteRecord } from '../matomo/reporting/recorded-counts.ts';
import { dayNumberOf, showSameClock, startOfDay } from '../timezone.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { TrafficSettings } from '../types/traffic-settings.ts';
import type { Finding, Severity } from './finding.ts';
import { isUrlOfSite } from './site-urls.ts';

/** Settings of ours by the name under which the user knows them, with where they came from. */
export type OriginOf = (setting: string) => string;

const YEAR_MS = 365 * 86_400_000;

/** A custom dimension that a plugin fills. */
export interface PluginDimension {
  readonly id: number;
  readonly scope: 'visit' | 'action';
  /** `acme, dimensions.level`. */
  readonly place: string;
}

export interface Expectation {
  readonly traffic: TrafficSettings;
  /** Of the pages that visits touch. */
  readonly pageUrls: () => readonly string[];
  readonly nowMs: number;
  /** First day that a backfill would fill; undefined where none is planned. */
  readonly firstDay: LocalDate | undefined;
  /** Of timezone and currency those that nobody has set: the site's own take their place. */
  readonly open: readonly string[];
  /** False: funnels come with the package, and those of a kind whose share is 0 are left out. */
  readonly hasOwnFunnels: boolean;
  readonly pluginDimensions: readonly PluginDimension[];
  readonly originOf: OriginOf;
}

function finding(code: string, severity: Severity, message: string, hint?: string, origin?: string): Finding {
  return {
    code,
    severity,
    // What a run refuses as settings that do not fit the site is told in the same way before.
    area: severity === 'error' ? 'settings' : 'target',
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(origin === undefined ? {} : { origin }),
  };
}

/** True: all days that may be sent are the same in both timezones. */
export function showsSameDays(
  siteTimezone: string,
  { timezone, nowMs, firstDay }: Pick<Expectation, 'nowMs' | 'firstDay'> & { readonly timezone: string },
): boolean {
  const fromMs = firstDay === undefined ? nowMs : startOfDay(timezone, dayNumberOf(firstDay));
  return showSameClock(siteTimezone, timezone, fromMs, nowMs + YEAR_MS);
}

/** With the value of the site, for those who go on with it. */
const withValue = (found: Finding, siteValue: string): Finding => ({ ...found, siteValue });

/** Of a value that nobody has set: a run takes the site's own. */
function takenFinding(code: string, what: string, value: string, setting: string): Finding {
  return finding(code, 'ok', `The site's ${what} is ${value}; ${setting} is not set, so this one is used.`);
}

function timezoneFinding(
  site: SiteRecord,
  { traffic, nowMs, firstDay, open, originOf }: Expectation,
): Finding {
  const { timezone } = traffic;
  if (showsSameDays(site.timezone, { timezone, nowMs, firstDay })) {
    return finding('site-timezone', 'ok', `The site's timezone matches: ${site.timezone}.`);
  }
  if (open.includes('timezone')) return takenFinding('site-timezone', 'timezone', site.timezone, 'TIMEZONE');
  return finding(
    'site-timezone',
    'error',
    `The site's timezone is ${site.timezone}, but TIMEZONE is ${timezone}: Matomo would count visits on other days and split them at its own midnight.`,
    `Set TIMEZONE=${site.timezone} (--timezone ${site.timezone}), or remove it: the site's own timezone is then used.`,
    originOf('TIMEZONE'),
  );
}

/** True: visits of the kind come by their share, or by a funnel. */
function hasStep({ journeys }: TrafficSettings, share: number, type: 'ecommerce' | 'site_search'): boolean {
  return (
    share > 0 ||
    journeys.funnels.some(
      ({ enabled, probability, steps }) =>
        enabled && probability > 0 && steps.some((step) => step.type === type),
    )
  );
}

function currencyFinding(site: SiteRecord, { traffic, open, originOf }: Expectation): Finding {
  if (!hasStep(traffic, traffic.shares.order, 'ecommerce') || site.currency === traffic.currency) {
    return finding('site-currency', 'ok', `The site's currency is ${site.currency}.`);
  }
  if (open.includes('currency')) {
    return takenFinding('site-currency', 'currency', site.currency, 'ECOMMERCE_CURRENCY');
  }
  return finding(
    'site-currency',
    'error',
    `The site's currency is ${site.currency}, but ECOMMERCE_CURRENCY is ${traffic.currency}: Matomo would read all amounts as ${site.currency}.`,
    `Set ECOMMERCE_CURRENCY=${site.currency} (--ecommerce-currency ${site.currency}), or remove it: the site's own currency is then used.`,
    originOf('ECOMMERCE_CURRENCY'),
  );
}

interface Feature {
  readonly code: string;
  readonly name: string;
  readonly isOn: boolean;
  readonly share: number;
  readonly step: 'ecommerce' | 'site_search';
  readonly setting: string;
  readonly flag: string;
  readonly consequence: string;
}

/** What the site must have enabled for the reports to show what is sent. */
function featureFinding(feature: Feature, { traffic, hasOwnFunnels, originOf }: Expectation): Finding {
  const { code, name, isOn, share, step, setting, flag, consequence } = feature;
  if (isOn || !hasStep(traffic, share, step)) {
    return finding(code, 'ok', `${name} is ${isOn ? 'on' : 'off'} for the site.`);
  }
  const ways = [
    ...(share > 0 ? [`set ${setting}=0 (${flag} 0)`] : []),
    ...(hasOwnFunnels && hasStep(traffic, 0, step)
      ? [`name funnels without ${step} steps (FUNNEL_CONFIG_PATH)`]
      : []),
  ];
  return finding(
    code,
    'error',
    `${name} is off for the site, but the traffic has some: ${consequence}.`,
    `Enable it in Matomo (Administration > Websites > Manage), or ${ways.join(' and ')}.`,
    originOf(setting),
  );
}

function featureFindings(site: SiteRecord, expected: Expectation): Finding[] {
  const { order, search } = expected.traffic.shares;
  const ecommerce: Feature = {
    code: 'site-ecommerce',
    name: 'Ecommerce',
    isOn: site.isEcommerceOn,
    share: order,
    step: 'ecommerce',
    setting: 'ECOMMERCE_PROBABILITY',
    flag: '--ecommerce-probability',
    consequence: 'its reports would show no orders and no carts',
  };
  const siteSearch: Feature = {
    code: 'site-search',
    name: 'Site search',
    isOn: site.isSearchOn,
    share: search,
    step: 'site_search',
    setting: 'SITESEARCH_PROBABILITY',
    flag: '--sitesearch-probability',
    consequence: 'its reports would show searches as pageviews',
  };
  return [featureFinding(ecommerce, expected), featureFinding(siteSearch, expected)];
}

function exclusionFindings(site: SiteRecord, { pageUrls }: Expectation): Finding[] {
  const findings: Finding[] = [];
  if (site.excludedIps !== '' || site.excludedUserAgents !== '') {
    const what = [site.excludedIps && 'addresses', site.excludedUserAgents && 'user agents']
      .filter(Boolean)
      .join(' and ');
    findings.push(
      finding(
        'site-exclusions',
        'warning',
        `The site excludes ${what}: Matomo silently ignores visits that match.`,
        "Check the excluded addresses and user agents in the site's settings in Matomo.",
      ),
    );
  }
  const foreign = site.excludesUnknownUrls ? pageUrls().filter((url) => !isUrlOfSite(url, site.urls)) : [];
  if (foreign.length > 0) {
    const own = [...new Set(site.urls)].join(', ');
    const pages = foreign.length === 1 ? 'a page' : `${foreign.length} pages`;
    findings.push(
      finding(
        'site-urls',
        'error',
        `The site only accepts its own URLs (${own}), but the traffic has ${pages} elsewhere, such as ${foreign[0]}: Matomo would ignore these hits.`,
        "Set URLS_FILE to a file with the site's pages, add the URL to the site in Matomo, or turn this restriction off there.",
      ),
    );
  }
  return findings.length > 0
    ? findings
    : [finding('site-exclusions', 'ok', 'The site excludes none of the traffic.')];
}

/** What the site's own settings mean for the traffic. */
export function checkSite(site: SiteRecord, expected: Expectation): Finding[] {
  const { firstDay } = expected;
  const isYoung = firstDay !== undefined && site.createdOn !== undefined && firstDay < site.createdOn;
  return [
    finding('site', 'ok', `The site is "${site.name}" (${site.mainUrl}).`),
    withValue(timezoneFinding(site, expected), site.timezone),
    withValue(currencyFinding(site, expected), site.currency),
    ...featureFindings(site, expected),
    ...exclusionFindings(site, expected),
    isYoung
      ? finding(
          'site-creation',
          'warning',
          `The site was created on ${site.createdOn}, after the backfill's first day ${firstDay}. Some versions of Matomo do not report earlier days.`,
          "Set the site's creation date back in Matomo's database, or start the backfill later.",
        )
      : finding('site-creation', 'ok', `The site was created on ${site.createdOn ?? 'an unknown day'}.`),
  ];
}
