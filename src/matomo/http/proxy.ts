/** Which proxy a request goes through: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, read as curl reads them. */
import { BlockList, isIP } from 'node:net';
import { SettingsError } from '../../errors.ts';

export interface HttpProxy {
  /** Without user name and password. */
  readonly url: string;
  /** Value of the header Proxy-Authorization, where the address had a user name. */
  readonly authorization: string | undefined;
  /** The environment variable that names it. */
  readonly variable: string;
}

/** Plain data: processes pass it on to each other. */
export interface ProxySettings {
  readonly http: HttpProxy | undefined;
  readonly https: HttpProxy | undefined;
  /** Hosts that are reached directly. */
  readonly noProxy: string;
}

type Env = Readonly<Record<string, string | undefined>>;

function invalid(variable: string, reason: string): SettingsError {
  const message = `${variable} must be the address of an HTTP proxy, such as http://proxy.example:3128, but ${reason}.`;
  const hint = `Correct it. To connect without a proxy: unset ${variable}`;
  return new SettingsError([
    { code: 'invalid-proxy', subject: variable, message, origin: `environment ${variable}`, hint },
  ]);
}

function parseProxy(variable: string, text: string): HttpProxy {
  const address = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(address)) throw invalid(variable, 'is not an address');
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid(variable, `is a proxy of the type ${url.protocol.slice(0, -1)}`);
  }
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization = url.username === '' ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  return { url: url.origin, authorization, variable };
}

/** The first of the variables that is set. Lower case goes before upper case, and both before ALL_PROXY. */
function firstProxy(env: Env, names: readonly string[]): HttpProxy | undefined {
  const variable = names.flatMap((name) => [name, name.toUpperCase()]).find((name) => env[name]?.trim());
  return variable === undefined ? undefined : parseProxy(variable, env[variable]?.trim() ?? '');
}

/** @throws SettingsError where a variable names no proxy that can be used */
export function readProxySettings(env: Env): ProxySettings {
  return {
    http: firstProxy(env, ['http_proxy', 'all_proxy']),
    https: firstProxy(env, ['https_proxy', 'all_proxy']),
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

/** True where the range, such as 10.0.0.0/8, contains the address. */
function contains(range: string, address: string): boolean {
  const [start = '', bits = ''] = range.split('/');
  const family = familyOf(start);
  const ownFamily = familyOf(address);
  const length = Number(bits);
  const isRange = /^\d{1,3}$/.test(bits) && length <= (family === 'ipv4' ? 32 : 128);
  if (family === undefined || ownFamily === undefined || !isRange) return false;
  const list = new BlockList();
  list.addSubnet(start, length, family);
  return list.check(address, ownFamily);
}

/** An entry is a host and all hosts below it, an address, a range, or `*`; each may end in a port. */
function matches(entry: string, { hostname, port, protocol }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const [, name = entry, ownPort] = /^(.*?[^:]|\[.*\]):(\d+)$/.exec(entry) ?? [];
  const isAddress = isIP(entry) !== 0;
  const pattern = (isAddress ? entry : name).replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  const actualPort = port || (protocol === 'https:' ? '443' : '80');
  if (!isAddress && ownPort !== undefined && ownPort !== actualPort) return false;
  if (pattern === '*' || pattern === host) return true;
  if (pattern.includes('/')) return contains(pattern, host);
  return isIP(host) === 0 && pattern !== '' && host.endsWith(`.${pattern}`);
}

/** The proxy for requests to the address; undefined where they go there directly. */
export function proxyFor(address: string, settings: ProxySettings): HttpProxy | undefined {
  const url = new URL(address);
  const entries = settings.noProxy.toLowerCase().split(/[\s,]+/);
  if (entries.some((entry) => entry !== '' && matches(entry, url))) return undefined;
  return url.protocol === 'https:' ? settings.https : settings.http;
}
