/** How a command gets to the targets that its settings name. */
import { headersOf } from '../../config/schema/header-lines.ts';
import type { Settings } from '../../config/schema/settings.ts';
import type { Host } from '../../host.ts';
import type { TargetAccess } from '../../matomo/http/access.ts';
import { proxyFor, readProxySettings } from '../../matomo/http/proxy.ts';
import type { CliContext } from '../context.ts';

function timeoutsOf({ connectTimeoutSeconds, responseTimeoutSeconds }: Settings) {
  return {
    connectTimeoutMs: connectTimeoutSeconds * 1000,
    responseTimeoutMs: responseTimeoutSeconds * 1000,
  };
}

/** @throws SettingsError where the environment names a proxy that cannot be used */
export function accessTo({ env }: Host, settings: Settings): TargetAccess {
  const { matomoUrl = '', tokenAuth, tokenIn, apiUrl, headers } = settings;
  return {
    url: matomoUrl,
    apiUrl,
    token: tokenAuth,
    tokenIn,
    headers: headersOf(headers),
    proxies: readProxySettings(env),
    ...timeoutsOf(settings),
  };
}

/** To an endpoint of this machine, whatever the environment says of proxies. */
export function accessToEmbedded(
  endpoint: { readonly url: string; readonly token: string },
  settings: Settings,
): TargetAccess {
  return { url: endpoint.url, token: endpoint.token, ...timeoutsOf(settings) };
}

/** Says once for each proxy that requests go through it. */
export function logProxies({ log }: CliContext, all: readonly { readonly target: TargetAccess }[]): void {
  const lines = all.flatMap(({ target: { url, proxies } }) => {
    const proxy = proxies && proxyFor(url, proxies);
    if (!proxy) return [];
    return `requests to ${new URL(url).host} use the proxy ${proxy.url} (${proxy.variable})`;
  });
  for (const line of new Set(lines)) log.info(line, { code: 'proxy' });
}
