/** Completes the address that a user gives for a Matomo to the address of its tracking endpoint. */

type Endpoint = { readonly url: string } | { readonly reason: string };

const ENDPOINT_PATH = /\/(matomo|piwik)\.php$/;

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** `https://x/analytics/` becomes `https://x/analytics/matomo.php`; an endpoint's own address stays as it is. */
export function trackingEndpoint(text: string): Endpoint {
  const url = parseUrl(text);
  if (url === undefined) return { reason: 'it is not a complete address' };
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { reason: 'it must begin with http:// or https://' };
  if (url.username !== '' || url.password !== '')
    return { reason: 'it must not carry a user name or password' };
  if (url.searchParams.has('token_auth')) {
    return { reason: 'it must not carry a token; set MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE instead' };
  }
  if (url.search !== '') return { reason: 'it must not carry a query' };
  if (url.hash !== '') return { reason: 'it must not carry a fragment (#…)' };
  const path = url.pathname.replace(/\/+$/, '').replace(/\/index\.php$/, '');
  url.pathname = ENDPOINT_PATH.test(path) ? path : `${path}/matomo.php`;
  return { url: url.href };
}
