/** Completes the addresses that a user gives for a Matomo: its tracking endpoint and its Reporting API. */

type Endpoint = { readonly url: string } | { readonly reason: string };

/** Endpoints of Matomo, and scripts that stand in for them. `index.php` is Matomo's page and its Reporting API. */
const ENDPOINT_PATH = /(?:\/js\/|\.php)$/;
const INDEX = /\/index\.php$/;
/** Ends an address that is to be used as it is. No server is ever sent a fragment. */
const EXACT = '#exact';

function parseUrl(text: string): { readonly url: URL } | { readonly reason: string } {
  if (!URL.canParse(text)) return { reason: 'it is not a complete address' };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { reason: 'it must begin with http:// or https://' };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      reason:
        'it must not contain a user name or password; set MATOMO_HEADERS, such as Authorization: Basic …, instead',
    };
  }
  if (url.searchParams.has('token_auth')) {
    return { reason: 'it must not contain a token; set MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE instead' };
  }
  const isExact = url.hash === EXACT;
  if (url.search !== '' && !isExact) {
    return { reason: `it must not contain a query string unless it ends in ${EXACT}` };
  }
  if (url.hash !== '' && !isExact) return { reason: `it must not contain a fragment other than ${EXACT}` };
  return { url };
}

/**
 * `https://x/analytics/` becomes `https://x/analytics/matomo.php`; an endpoint's own address, and one that ends in
 * `#exact`, stay as they are.
 */
export function trackingEndpoint(text: string): Endpoint {
  const parsed = parseUrl(text);
  if ('reason' in parsed) return parsed;
  const { url } = parsed;
  const isEndpoint = ENDPOINT_PATH.test(url.pathname) && !INDEX.test(url.pathname);
  if (url.hash === EXACT || isEndpoint) return { url: url.href };
  const path = url.pathname.replace(/\/+$/, '').replace(INDEX, '');
  url.pathname = ENDPOINT_PATH.test(path) ? path : `${path}/matomo.php`;
  return { url: url.href };
}

/** `https://x/analytics` becomes `https://x/analytics/index.php`; an address that names a file stays as it is. */
export function reportingEndpoint(text: string): Endpoint {
  const parsed = parseUrl(text);
  if ('reason' in parsed) return parsed;
  const { url } = parsed;
  if (url.hash === EXACT) return { url: url.href };
  const path = url.pathname.replace(/\/+$/, '').replace(/\/(?:matomo|piwik)\.php$/, '');
  url.pathname = /\.php$/.test(path) ? path : `${path}/index.php`;
  return { url: url.href };
}
