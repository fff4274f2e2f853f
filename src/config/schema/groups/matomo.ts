/** Settings that say which Matomo and which of its sites receives the traffic. */
import { apiUrl, headers, trackingUrl } from '../request-values.ts';
import { setting } from '../setting.ts';
import { currency, oneOf, text, timezone, token, wholeNumber } from '../values.ts';

const group = 'matomo';

export const matomoSettings = {
  matomoUrl: setting(trackingUrl().optional(), {
    env: 'MATOMO_URL',
    flag: 'url',
    shortFlag: 'u',
    group,
    description:
      'Address of your Matomo, which is completed with `matomo.php`. An address that ends in `.php`, `/js/` or `#exact` is used as it is.',
  }),
  siteId: setting(wholeNumber(1).default(1), {
    env: 'MATOMO_SITE_ID',
    flag: 'site-id',
    group,
    description: 'ID of the site in Matomo.',
  }),
  tokenAuth: setting(token().optional(), {
    env: 'MATOMO_TOKEN_AUTH',
    flag: null,
    group,
    secret: true,
    description:
      'Auth token of a Matomo user. Required for visits older than 24 hours and for visitor countries. Never printed.',
  }),
  tokenAuthFile: setting(text('the path of a file').optional(), {
    env: 'MATOMO_TOKEN_AUTH_FILE',
    flag: 'token-file',
    group,
    description: 'File that contains the token.',
  }),
  tokenIn: setting(oneOf(['body', 'header']).default('body'), {
    env: 'MATOMO_TOKEN_IN',
    flag: 'token-in',
    group,
    description:
      'Where to send the token: in the `body` of requests (any Matomo), or as a bearer token in a `header` (Matomo 5.4 or newer).',
  }),
  apiUrl: setting(apiUrl().optional(), {
    env: 'MATOMO_API_URL',
    flag: 'api-url',
    group,
    description: 'Address of the Reporting API, if it is not `index.php` in the folder of `matomo.php`.',
  }),
  headers: setting(headers().optional(), {
    env: 'MATOMO_HEADERS',
    flag: null,
    group,
    secret: true,
    description:
      'Extra headers for every request to this target, one `Name: value` per line. Never printed and never sent to another host.',
  }),
  headersFile: setting(text('the path of a file').optional(), {
    env: 'MATOMO_HEADERS_FILE',
    flag: 'headers-file',
    group,
    description: 'File with extra headers, one per line.',
  }),
  timezone: setting(timezone().default('CET'), {
    env: 'TIMEZONE',
    group,
    description: 'Timezone of the days. Use the timezone of the site in Matomo.',
  }),
  currency: setting(currency().default('SEK'), {
    env: 'ECOMMERCE_CURRENCY',
    group,
    description: 'Currency of the orders. Use the currency of the site in Matomo, because its reports do.',
  }),
  strategy: setting(
    oneOf(['weighted', 'round-robin', 'random', 'mirror', 'independent']).default('weighted'),
    {
      env: 'TARGET_STRATEGY',
      flag: 'strategy',
      group,
      isYamlRoot: true,
      description:
        'With several targets: divide the visits by weight, equally or at random, send every visit to all of them (`mirror`), or plan separate visits for each (`independent`).',
    },
  ),
};
