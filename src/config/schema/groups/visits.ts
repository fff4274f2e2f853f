/** Settings that say what happens in a visit, and the files that its content comes from. */
import { setting } from '../setting.ts';
import { boolean, number, plugins, share, text, wholeNumber, wholeNumbers } from '../values.ts';

const group = 'visits';
const SHARE_OF_VISITS = 'share of visits';

export const visitsSettings = {
  pageviewsMin: setting(wholeNumber(1, 100).default(3), {
    env: 'PAGEVIEWS_MIN',
    group,
    unit: 'pageviews',
    description: 'Fewest pageviews of a visit that does not bounce.',
  }),
  pageviewsMax: setting(wholeNumber(1, 100).default(6), {
    env: 'PAGEVIEWS_MAX',
    group,
    unit: 'pageviews',
    description: 'Most pageviews of a visit.',
  }),
  bounceProbability: setting(share().default(0.3), {
    env: 'BOUNCE_PROBABILITY',
    group,
    unit: SHARE_OF_VISITS,
    description: 'Visits that bounce: one pageview and nothing else.',
  }),
  visitMinutesMin: setting(number(0.1, 120).default(1), {
    env: 'VISIT_DURATION_MIN',
    group,
    unit: 'minutes',
    description: 'Shortest visit that does not bounce.',
  }),
  visitMinutesMax: setting(number(0.1, 120).default(8), {
    env: 'VISIT_DURATION_MAX',
    group,
    unit: 'minutes',
    description: 'Longest visit.',
  }),
  returningVisitorShare: setting(share().default(0.3), {
    env: 'RETURNING_VISITOR_SHARE',
    group,
    unit: SHARE_OF_VISITS,
    description: 'Visits by returning visitors.',
  }),
  sitesearchProbability: setting(share().default(0.15), {
    env: 'SITESEARCH_PROBABILITY',
    group,
    unit: SHARE_OF_VISITS,
    description: 'Visits that search the site. 0 leaves built-in funnels with a search out too.',
  }),
  outlinksProbability: setting(share().default(0.1), {
    env: 'OUTLINKS_PROBABILITY',
    group,
    unit: SHARE_OF_VISITS,
    description: 'Visits that follow a link to another site.',
  }),
  downloadsProbability: setting(share().default(0.08), {
    env: 'DOWNLOADS_PROBABILITY',
    group,
    unit: SHARE_OF_VISITS,
    description: 'Visits that download a file.',
  }),
  clickEventsProbability: setting(share().default(0.25), {
    env: 'CLICK_EVENTS_PROBABILITY',
    group,
    unit: SHARE_OF_VISITS,
    description: 'Visits that trigger a click event.',
  }),
  randomEventsProbability: setting(share().default(0.12), {
    env: 'RANDOM_EVENTS_PROBABILITY',
    group,
    unit: SHARE_OF_VISITS,
    description: 'Visits that trigger one of the other events.',
  }),
  directTrafficProbability: setting(share().default(0.3), {
    env: 'DIRECT_TRAFFIC_PROBABILITY',
    group,
    unit: SHARE_OF_VISITS,
    description:
      'Visits without a referrer. The others come from search engines (50 %), social networks (21 %) and websites (29 %).',
  }),
  randomizeVisitorCountries: setting(boolean().default(true), {
    env: 'RANDOMIZE_VISITOR_COUNTRIES',
    group,
    description: 'Visitors come from many countries. Requires a token.',
  }),
  urlsFile: setting(text('the path of a file, or an http(s) address').optional(), {
    env: 'URLS_FILE',
    group,
    description:
      'Pages of the site: a sitemap, or a file that has on each line a URL, then a tab or two spaces, then a title; `#` starts a comment. If not set, 2,000 built-in pages.',
  }),
  eventsFile: setting(text('the path of a file').optional(), {
    env: 'EVENTS_FILE',
    group,
    description: 'JSON file with events. If not set, built-in events.',
  }),
  catalogueFile: setting(text('the path of a file').optional(), {
    env: 'CATALOGUE_FILE',
    group,
    description:
      'YAML or JSON file with products, search terms, outlinks, downloads, banners, campaigns, referrers, channels, checkout and rhythm. Each replaces the built-in one.',
  }),
  funnelConfigPath: setting(text('the path of a file or a folder').optional(), {
    env: 'FUNNEL_CONFIG_PATH',
    group,
    description:
      'JSON or YAML file, or a folder of them, with funnels and personas. If not set, built-in ones.',
  }),
  goalIds: setting(wholeNumbers(1).default([]), {
    env: 'GOAL_IDS',
    group,
    description: 'IDs of the goals that visits convert, for goals that are triggered manually.',
  }),
  customDimensions: setting(wholeNumbers(1).default([]), {
    env: 'CUSTOM_DIMENSIONS',
    group,
    description: 'IDs of the custom dimensions (visit scope) to fill.',
  }),
  runDimensionId: setting(wholeNumber(1).optional(), {
    env: 'RUN_DIMENSION_ID',
    group,
    description:
      'ID of a custom dimension (visit scope) that receives the seed, so that `verify` can separate generated visits from others.',
  }),
  plugins: setting(plugins().default([]), {
    env: 'PLUGINS',
    flag: 'plugin',
    group,
    isRepeatable: true,
    isYamlRoot: true,
    description:
      'Plugins that add traffic of your own: paths of JavaScript modules, or names of installed packages. See docs/plugins.md.',
  }),
};
