/** Settings that say which Matomo and which of its sites receives the traffic. */
import { setting } from '../setting.ts';
import {
  apiUrl,
  currency,
  headers,
  oneOf,
  text,
  timezone,
  token,
  trackingUrl,
  wholeNumber,
} from '../values.ts';

const group = 'matomo';

export const matomoSettings = {
  matomoUrl: setting(trackingUrl().optional(), {
    env: 'MATOMO_URL',
    flag: 'url',
    group,
    description:
      'Tracking endpoint. A base URL is completed with `matomo.php`; an address that ends in `.php`, `/js/` or `#exact` is used as it is.',
  }),
  siteId: setting(wholeNumber(1).default(1), {
    env: 'MATOMO_SITE_ID',
    flag: 'site-id',
    group,
    description: 'Id of the site in Matomo.',
  }),
  tokenAuth: setting(token().optional(), {
    env: 'MATOMO_TOKEN_AUTH',
    flag: null,
    group,
    secret: true,
    description: 'Needed to backfill more than 24 hours back and for visitor countries; never printed.',
  }),
  tokenAuthFile: setting(text('the path of a file').optional(), {
    env: 'MATOMO_TOKEN_AUTH_FILE',
    flag: 'token-file',
    group,
    description: 'File that holds the token.',
  }),
  tokenIn: setting(oneOf(['body', 'header']).default('body'), {
    env: 'MATOMO_TOKEN_IN',
    flag: 'token-in',
    group,
    description:
      'Where requests carry the token: in their body, which every Matomo understands, or as a bearer token in a header, which Matomo 5.4 and later understand.',
  }),
  apiUrl: setting(apiUrl().optional(), {
    env: 'MATOMO_API_URL',
    flag: 'api-url',
    group,
    description: 'Reporting API, if it is not `index.php` beside the tracking endpoint.',
  }),
  headers: setting(headers().optional(), {
    env: 'MATOMO_HEADERS',
    flag: null,
    group,
    secret: true,
    description:
      'Headers for every request to the target, one `Name: value` per line; never printed, never sent to another host.',
  }),
  headersFile: setting(text('the path of a file').optional(), {
    env: 'MATOMO_HEADERS_FILE',
    flag: 'headers-file',
    group,
    description: 'File with those headers.',
  }),
  timezone: setting(timezone().default('CET'), {
    env: 'TIMEZONE',
    group,
    description: "The days' timezone; it should be the Matomo site's own.",
  }),
  currency: setting(currency().default('SEK'), {
    env: 'ECOMMERCE_CURRENCY',
    group,
    description: "Sent along with orders; Matomo's reports use the site's own.",
  }),
  strategy: setting(
    oneOf(['weighted', 'round-robin', 'random', 'mirror', 'independent']).default('weighted'),
    {
      env: 'TARGET_STRATEGY',
      flag: 'strategy',
      group,
      isYamlRoot: true,
      description:
        'Several targets: divide the visits among them by weight, in turn or at random, send all visits to each (`mirror`), or give each its own (`independent`).',
    },
  ),
};
