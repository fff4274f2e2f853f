/** Settings that say which Matomo and which of its sites receives the traffic. */
import { setting } from '../setting.ts';
import { currency, oneOf, text, timezone, token, trackingUrl, wholeNumber } from '../values.ts';

const group = 'matomo';

export const matomoSettings = {
  matomoUrl: setting(trackingUrl().optional(), {
    env: 'MATOMO_URL',
    flag: 'url',
    group,
    description: 'Tracking endpoint; a base URL is completed with `matomo.php`.',
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
