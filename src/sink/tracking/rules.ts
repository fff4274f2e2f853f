/** What becomes of a hit, as Matomo 5.0.2 decides: refused as invalid, dropped without a word, or tracked. */
import type { SinkSite } from '../config.ts';
import { createSiteUrlTest } from '../site-urls.ts';
import { actionOf } from './action.ts';
import { createAddressTest, isBotAddress } from './addresses.ts';
import type { TrackedAction, TrackedHit } from './hit.ts';
import { hitTime } from './hit-time.ts';
import { dimensionsOf, integerOf, numberOf, ownCopy, type Parameters, textOf } from './parameters.ts';
import { itemsOf, productViewOf } from './products.ts';
import { hostOf, referrerOf } from './referrer.ts';
import type { Rights } from './rights.ts';
import { isSpamReferrer } from './spam.ts';
import type { Browser } from './user-agents.ts';
import { languageOf, visitorOf } from './visitor.ts';

type Verdict = { readonly kind: 'invalid' | 'dropped' } | { readonly kind: 'tracked'; hit: TrackedHit };

/** Who sent the HTTP request: what a hit does not say itself is taken from here. */
export interface Sender {
  readonly address: string;
  readonly userAgent: string;
  readonly language: string;
}

/** A site with its exclusions made ready. */
export interface SiteRules {
  readonly site: SinkSite;
  readonly host: string;
  readonly isExcludedAddress: (address: string) => boolean;
  readonly excludedAgents: readonly string[];
  readonly isOwnUrl: (url: string) => boolean;
}

interface Evidence {
  readonly parameters: Parameters;
  readonly sender: Sender;
  readonly rules: SiteRules;
  readonly rights: Rights;
  readonly nowSeconds: number;
  readonly readUserAgent: (userAgent: string) => Browser;
  /** True when the site has an order of this id already. */
  readonly hasOrder: (orderId: string) => boolean;
}

export function createSiteRules(site: SinkSite): SiteRules {
  return {
    site,
    host: hostOf(site.mainUrl),
    isExcludedAddress: createAddressTest(site.excludedIps),
    isOwnUrl: createSiteUrlTest([site.mainUrl, ...site.aliasUrls]),
    excludedAgents: site.excludedUserAgents.map((text) => text.toLowerCase()),
  };
}

const INVALID: Verdict = { kind: 'invalid' };
const DROPPED: Verdict = { kind: 'dropped' };

const PLACE = ['country', 'region', 'city', 'lat', 'long'];
const TIMINGS = ['pf_net', 'pf_srv', 'pf_tfr', 'pf_dm1', 'pf_dm2', 'pf_onl'];

function isExcluded(evidence: Evidence, address: string, userAgent: string, browser: Browser): boolean {
  const { parameters, rules } = evidence;
  if (integerOf(parameters, 'rec', 0) === 0) return true;
  if (integerOf(parameters, 'bots', 0) === 0 && (browser.isBot || isBotAddress(address))) return true;
  if (rules.isExcludedAddress(address)) return true;
  if (rules.excludedAgents.length > 0) {
    const lower = userAgent.toLowerCase();
    if (rules.excludedAgents.some((part) => lower.includes(part))) return true;
  }
  if (isSpamReferrer(textOf(parameters, 'urlref'))) return true;
  return rules.site.excludeUnknownUrls && !rules.isOwnUrl(textOf(parameters, 'url'));
}

function trackedActionOf(evidence: Evidence): TrackedAction | 'invalid' {
  const { parameters, rules } = evidence;
  const goalId = integerOf(parameters, 'idgoal', -1);
  const revenueCents = Math.round(numberOf(parameters, 'revenue', 0) * 100);
  if (integerOf(parameters, 'ping', 0) === 1) return { type: 'ping' };
  if (goalId > 0) {
    const goal = rules.site.goals.find((candidate) => candidate.id === goalId);
    return goal ? { type: 'goal', goal, revenueCents } : 'invalid';
  }
  if (goalId === 0) {
    const orderId = ownCopy(textOf(parameters, 'ec_id'));
    if (orderId !== '' && evidence.hasOrder(orderId)) return 'invalid';
    const items = itemsOf(parameters);
    if (!items) return { type: 'nothing' };
    return orderId === ''
      ? { type: 'cart', revenueCents, items }
      : { type: 'order', orderId, revenueCents, items };
  }
  const action = actionOf(parameters, rules.site);
  if (action === 'invalid') return action;
  return action ? { type: 'action', action, product: productViewOf(parameters) } : { type: 'nothing' };
}

function lacksRights(evidence: Evidence, names: readonly string[]): boolean {
  if (!names.some((name) => textOf(evidence.parameters, name) !== '')) return false;
  return !evidence.rights.maySetTimeAndPlace(evidence.rules.site.id);
}

/** Judges one hit of a known site. Exclusion comes before validity, except for an address without a token. */
export function judge(evidence: Evidence): Verdict {
  const { parameters, sender, rules, rights } = evidence;
  if (lacksRights(evidence, ['cip'])) return INVALID;
  const address = textOf(parameters, 'cip') || sender.address;
  const userAgent = textOf(parameters, 'ua') || sender.userAgent;
  const browser = evidence.readUserAgent(userAgent);
  if (isExcluded(evidence, address, userAgent, browser)) return DROPPED;
  const visitor = visitorOf(parameters);
  const time = hitTime(parameters, evidence.nowSeconds);
  if (visitor === 'invalid' || (time.needsToken && !rights.maySetTimeAndPlace(rules.site.id))) return INVALID;
  if (lacksRights(evidence, PLACE)) return INVALID;
  if (TIMINGS.some((name) => integerOf(parameters, name, 0) < 0)) return INVALID;
  const action = trackedActionOf(evidence);
  if (action === 'invalid') return INVALID;
  const language = languageOf(textOf(parameters, 'lang') || sender.language);
  const hit = {
    siteId: rules.site.id,
    seconds: time.seconds,
    ...visitor,
    fingerprint: `${address}|${browser.key}|${language}`,
    forcesNewVisit: integerOf(parameters, 'new_visit', 0) !== 0,
    referrer: referrerOf(textOf(parameters, 'url'), textOf(parameters, 'urlref'), rules.host),
    dimensions: dimensionsOf(parameters),
    action,
  };
  return { kind: 'tracked', hit };
}
