/** The site's settings in Matomo against ours: pure. */
import type { SiteRecord } from '../matomo/recorded-counts.ts';
import { dayNumberOf, showSameClock, startOfDay } from '../timezone.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { TrafficSettings } from '../types/traffic-settings.ts';
import type { Finding, Severity } from './finding.ts';
import { isUrlOfSite } from './site-urls.ts';

/** Settings of ours by the name under which the user knows them, with where they came from. */
export type OriginOf = (setting: string) => string;

const YEAR_MS = 365 * 86_400_000;

interface Expectation {
  readonly traffic: TrafficSettings;
  /** Of the pages that visits touch. */
  readonly pageUrls: () => readonly string[];
  readonly nowMs: number;
  /** First day that a backfill would fill; undefined where none is planned. */
  readonly firstDay: LocalDate | undefined;
  readonly originOf: OriginOf;
}

function finding(code: string, severity: Severity, message: string, hint?: string, origin?: string): Finding {
  return {
    code,
    severity,
    area: 'target',
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(origin === undefined ? {} : { origin }),
  };
}

function timezoneFinding(site: SiteRecord, { traffic, nowMs, firstDay, originOf }: Expectation): Finding {
  const { timezone } = traffic;
  const fromMs = firstDay === undefined ? nowMs : startOfDay(timezone, dayNumberOf(firstDay));
  if (showSameClock(site.timezone, timezone, fromMs, nowMs + YEAR_MS)) {
    return finding('site-timezone', 'ok', `The site's timezone matches: ${site.timezone}.`);
  }
  return finding(
    'site-timezone',
    'error',
    `The site's timezone is ${site.timezone}, but TIMEZONE is ${timezone}: Matomo would split visits at its own midnight.`,
    `Set TIMEZONE=${site.timezone} (--timezone).`,
    originOf('TIMEZONE'),
  );
}

function currencyFinding(site: SiteRecord, { traffic, originOf }: Expectation): Finding {
  if (traffic.shares.order === 0 || site.currency === traffic.currency) {
    return finding('site-currency', 'ok', `The site's currency is ${site.currency}.`);
  }
  return finding(
    'site-currency',
    'warning',
    `The site's currency is ${site.currency}, but ECOMMERCE_CURRENCY is ${traffic.currency}: Matomo would read all amounts as ${site.currency}.`,
    `Set ECOMMERCE_CURRENCY=${site.currency}.`,
    originOf('ECOMMERCE_CURRENCY'),
  );
}

function switchFindings(site: SiteRecord, { traffic, originOf }: Expectation): Finding[] {
  const { order, search } = traffic.shares;
  const of = (code: string, what: string, isOn: boolean, share: number, setting: string) =>
    isOn || share === 0
      ? finding(code, 'ok', `${what} is ${isOn ? 'on' : 'off'} for the site.`)
      : finding(
          code,
          'warning',
          `${what} is off for the site, but ${setting} is ${share}.`,
          `Enable it in the site's settings in Matomo, or set ${setting}=0.`,
          originOf(setting),
        );
  return [
    of('site-ecommerce', 'Ecommerce', site.isEcommerceOn, order, 'ECOMMERCE_PROBABILITY'),
    of('site-search', 'Site search', site.isSearchOn, search, 'SITESEARCH_PROBABILITY'),
  ];
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
    timezoneFinding(site, expected),
    currencyFinding(site, expected),
    ...switchFindings(site, expected),
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
