/** Where a hit says that its visitor came from. */
import { parseQuery } from './parameters.ts';

export type Referrer =
  | { readonly type: 'direct' }
  | { readonly type: 'search' | 'social' | 'website' }
  | { readonly type: 'campaign'; readonly name: string };

const DIRECT: Referrer = { type: 'direct' };

/** The best known of Matomo's lists of search engines and social networks, by host without `www.`. */
const SEARCH_ENGINES =
  /^(?:search\.)?(?:google|bing|yahoo|baidu|yandex|ecosia|qwant|startpage|duckduckgo|naver|seznam|brave|chatgpt)\.|^search\.|^(?:m\.)?(?:daum|sogou|so)\./;
const SOCIAL_NETWORKS =
  /(?:^|\.)(?:facebook|instagram|linkedin|youtube|reddit|pinterest|tumblr|vimeo|flickr|twitter|xing|vk|weibo)\.(?:com|de)$|^(?:t\.co|lnkd\.in|x\.com|bsky\.app|news\.ycombinator\.com|web\.telegram\.org)$/;

const EXTERNAL = {
  search: { type: 'search' },
  social: { type: 'social' },
  website: { type: 'website' },
} as const satisfies Record<string, Referrer>;

function externalOf(host: string): Referrer {
  if (SOCIAL_NETWORKS.test(host)) return EXTERNAL.social;
  return SEARCH_ENGINES.test(host) ? EXTERNAL.search : EXTERNAL.website;
}

/** Matomo's defaults; the first that the URL has counts. */
const CAMPAIGN_NAMES =
  'pk_cpn pk_campaign piwik_campaign mtm_campaign mtm_cpn matomo_campaign utm_campaign utm_source utm_medium';
const CAMPAIGN_KEYWORDS = 'pk_kwd pk_keyword piwik_kwd mtm_kwd mtm_keyword matomo_kwd utm_term';
const NAMES = CAMPAIGN_NAMES.split(' ');
const KEYWORDS = CAMPAIGN_KEYWORDS.split(' ');
/** The parameters of a page's URL that Matomo takes for a campaign, and leaves out of its reports of pages. */
export const CAMPAIGN_PARAMETERS: ReadonlySet<string> = new Set([...NAMES, ...KEYWORDS]);
const MENTIONS_CAMPAIGN = /[?&#](?:pk|mtm|utm|piwik|matomo)_/;

function campaignOf(url: string): Referrer | null {
  if (!MENTIONS_CAMPAIGN.test(url)) return null;
  const parameters = parseQuery(url.slice(url.search(/[?#]/) + 1).replaceAll(/[#?]/g, '&'));
  const first = (names: readonly string[]) => names.map((name) => parameters.get(name)).find((text) => text);
  const name = first(NAMES);
  return name === undefined
    ? null
    : { type: 'campaign', name: `${name}\n${first(KEYWORDS) ?? ''}`.toLowerCase() };
}

/** Host in lower case without `www.`; empty for what is no absolute URL. */
export function hostOf(url: string): string {
  const match = /^https?:\/\/(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)/i.exec(url);
  return match?.[1]?.toLowerCase() ?? '';
}

/** A campaign in the page's URL counts first; a referrer on the page's or the site's own host counts as none. */
export function referrerOf(url: string, referrerUrl: string, siteHost: string): Referrer {
  const campaign = campaignOf(url);
  if (campaign) return campaign;
  const host = referrerUrl === '' ? '' : hostOf(referrerUrl);
  return host === '' || host === siteHost || host === hostOf(url) ? DIRECT : externalOf(host);
}

/** Matomo cuts a visit when the campaign changes, but a visit without referrer takes the campaign on. */
export function startsNewVisit(current: Referrer, next: Referrer): boolean {
  if (next.type !== 'campaign' || current.type === 'direct') return false;
  return current.type !== 'campaign' || current.name !== next.name;
}
