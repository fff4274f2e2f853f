/** Files and probabilities that are allowed but cannot come out as written: each is answered with a warning. */
import type { Problem } from '../../errors.ts';
import type { Page } from '../../types/content/content.ts';
import type { Funnel } from '../../types/content/journeys.ts';
import type { Settings } from '../schema/settings.ts';
import type { TrafficFiles } from './traffic-settings.ts';

/** Matomo begins a new visit after 30 minutes of silence; the plan stays a minute below. */
const LONGEST_DELAY_SECONDS = 1740;
/** Under these names Matomo finds a search keyword in a page's address, unless the site is told otherwise. */
const SEARCH_PARAMETERS = ['q', 'query', 's', 'search', 'searchword', 'k', 'keyword'];
/** Under these names Matomo finds the campaign that a visit comes from in a page's address. */
const CAMPAIGN_PARAMETERS = [
  ...['mtm_campaign', 'mtm_cpn', 'matomo_campaign', 'utm_campaign', 'utm_source', 'utm_medium'],
  ...['pk_campaign', 'pk_cpn', 'piwik_campaign'],
];
/** Below half a visit in a thousand, nobody sees it in a report. */
const TOLERANCE = 0.0005;

const FUNNELS_TOGETHER = 'the funnels together';

type StepType = Funnel['steps'][number]['type'];

const percent = (share: number) => `${Number((share * 100).toFixed(1))} %`;

/** Waits that would end the visit in Matomo, in funnels that visitors take. */
export function delayWarnings(funnels: readonly Funnel[]): Problem[] {
  const used = funnels.filter(({ enabled, probability }) => enabled && probability > 0);
  return used.flatMap(({ name, steps, exitAfterCompletion }) =>
    steps.flatMap(({ delaySecondsMax }, index) => {
      const isLast = index === steps.length - 1 && exitAfterCompletion;
      if (delaySecondsMax <= LONGEST_DELAY_SECONDS || isLast) return [];
      return {
        code: 'long-funnel-delay',
        subject: `funnel "${name}"`,
        message: `Funnel "${name}", step ${index + 1} may wait ${delaySecondsMax} seconds, but Matomo ends a visit after 30 minutes without a hit. The wait is shortened to 29 minutes.`,
        hint: `Set delay_seconds_max to ${LONGEST_DELAY_SECONDS} or less.`,
      };
    }),
  );
}

/** A page's address with a parameter that Matomo has a meaning for. */
interface Telling {
  readonly url: string;
  readonly parameter: string;
}

/** @param where the part of an address that Matomo looks into */
function pagesWith(pages: readonly Page[], names: readonly string[], where: (url: URL) => string): Telling[] {
  return pages.flatMap(({ url }) => {
    // Most have neither, and need not be taken apart.
    if (!/[?#]/.test(url)) return [];
    const parameters = new URLSearchParams(where(new URL(url)));
    const parameter = names.find((name) => parameters.get(name));
    return parameter === undefined ? [] : { url, parameter };
  });
}

/** Addresses that Matomo makes something else of than a view of the page. */
function urlWarnings(pages: readonly Page[], { urlsFile }: Settings): Problem[] {
  const subject = urlsFile ?? 'urls.txt';
  const begin = (found: readonly Telling[], meaning: string) => {
    const [first] = found;
    const have = found.length === 1 ? '1 page has' : `${found.length} pages have`;
    return `${subject}: ${have} a query parameter that Matomo treats as ${meaning}, such as "${first?.parameter}" in ${first?.url}.`;
  };
  const searches = pagesWith(pages, SEARCH_PARAMETERS, ({ search }) => search);
  const campaigns = pagesWith(pages, CAMPAIGN_PARAMETERS, ({ search, hash }) => `${search}&${hash.slice(1)}`);
  const problems: Problem[] = [];
  if (searches.length > 0) {
    problems.push({
      code: 'search-parameter-in-url',
      subject,
      message: `${begin(searches, 'a site search')} Their views are recorded as searches, not as pageviews.`,
      hint: `Remove ${SEARCH_PARAMETERS.join(', ')} from the URLs, or change the site's search parameters in Matomo.`,
    });
  }
  if (campaigns.length > 0) {
    problems.push({
      code: 'campaign-parameter-in-url',
      subject,
      message: `${begin(campaigns, 'a campaign')} Matomo starts a new visit for each of these campaigns and records more visits than planned.`,
      hint: 'Remove campaign parameters from the URLs. Generated visits have campaigns anyway.',
    });
  }
  return problems;
}

/** Share of the funnel's visitors who come to its first step of the type, or, without a type, to its end. */
function reach({ steps }: Funnel, type?: StepType): number {
  const last = type === undefined ? steps.length - 1 : steps.findIndex((step) => step.type === type);
  if (last < 0) return 0;
  return steps.slice(0, last).reduce((going, step) => going * step.continueProbability, 1);
}

/** Share of the funnel's visitors who leave after one page. */
function loss({ steps, exitAfterCompletion }: Funnel): number {
  if (steps.length === 1) return exitAfterCompletion ? 1 : 0;
  return 1 - (steps[0]?.continueProbability ?? 1);
}

/** A share of visits that is asked for, and the most that can come of it. */
interface ConfiguredShare {
  readonly name: string;
  readonly wanted: number;
  readonly most: number;
  readonly remedy: string;
}

/** Shares of all visits against what bounces and funnels leave for them. */
function configuredShares(settings: Settings, { events, journeys }: TrafficFiles): ConfiguredShare[] {
  const funnels = journeys.funnels.filter(({ enabled }) => enabled);
  const sum = (part: (funnel: Funnel) => number) =>
    funnels.reduce((total, funnel) => total + funnel.probability * part(funnel), 0);
  const regular = Math.max(0, 1 - sum(() => 1));
  const bounces = Math.max(0, settings.bounceProbability - sum(loss));
  const goOn = sum((funnel) => (funnel.exitAfterCompletion ? 0 : reach(funnel)));
  const free = Math.max(0, regular - bounces) + goOn;
  const by = (type: StepType) => sum((funnel) => reach(funnel, type));
  const orders = Math.max(settings.ecommerceProbability, by('ecommerce'));
  const carts = settings.cartAbandonment === 1 ? orders * 1e4 : orders / (1 - settings.cartAbandonment);
  const lower = (name: string) => `Lower ${name}, BOUNCE_PROBABILITY or the funnels' probabilities.`;
  const wish = (name: string, wanted: number, most = free): ConfiguredShare => ({
    name,
    wanted,
    most,
    remedy: lower(name),
  });
  return [
    {
      name: FUNNELS_TOGETHER,
      wanted: sum(() => 1),
      most: 1,
      remedy: "Lower the funnels' probabilities.",
    },
    {
      name: 'BOUNCE_PROBABILITY',
      wanted: settings.bounceProbability,
      most: regular + sum(loss),
      remedy: "Lower BOUNCE_PROBABILITY or the funnels' probabilities.",
    },
    wish('SITESEARCH_PROBABILITY', settings.sitesearchProbability, free + by('site_search')),
    wish('OUTLINKS_PROBABILITY', settings.outlinksProbability, free + by('outlink')),
    wish('DOWNLOADS_PROBABILITY', settings.downloadsProbability, free + by('download')),
    wish('CLICK_EVENTS_PROBABILITY', events.clickEventsProbability ?? settings.clickEventsProbability),
    wish('RANDOM_EVENTS_PROBABILITY', events.randomEventsProbability ?? settings.randomEventsProbability),
    wish('ECOMMERCE_PROBABILITY', settings.ecommerceProbability, free + by('ecommerce')),
    {
      name: 'carts (ECOMMERCE_PROBABILITY with CART_ABANDONMENT)',
      wanted: carts,
      most: free + by('ecommerce'),
      remedy: lower('CART_ABANDONMENT, ECOMMERCE_PROBABILITY'),
    },
  ];
}

/** Warnings about probabilities, funnels and addresses that Matomo or arithmetic will not let be. */
export function trafficWarnings(settings: Settings, files: TrafficFiles): Problem[] {
  const unreachable = configuredShares(settings, files).filter(
    ({ wanted, most }) => wanted > most + TOLERANCE,
  );
  const [first] = unreachable;
  // Funnels that take every visit leave nothing for the others: that is one cause, told once.
  const told = first?.name === FUNNELS_TOGETHER ? [first] : unreachable;
  return [
    ...told.map(({ name, wanted, most, remedy }) => ({
      code: 'share-out-of-reach',
      subject: name,
      message:
        name === FUNNELS_TOGETHER
          ? `The probabilities of the funnels add up to ${percent(wanted)}, which is impossible: each visit takes one funnel at most, and none is left for bounces, searches and orders outside of funnels.`
          : `A share of ${percent(wanted)} for ${name} is impossible: after bounces and funnels, only ${percent(most)} of the visits are left.`,
      hint: remedy,
    })),
    ...delayWarnings(files.journeys.funnels),
    ...urlWarnings(files.pages, settings),
  ];
}
