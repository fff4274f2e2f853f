/** One harmless question to a target before the first hit: is it Matomo, does it record, may the token do what we need? */
import { EXIT, UserError } from '../../errors.ts';
import { bodyToken, type TargetAccess } from '../http/access.ts';
import { createHttpClient, networkCode } from '../http/http-client.ts';
import { localLimitOf } from '../http/local-limits.ts';
import { ProxyError, proxyUserError } from '../http/proxy-error.ts';
import { createReportingApi, isReportRefused } from '../reporting/reporting.ts';
import { FORM_TYPE } from '../requests/body.ts';
import { type Answer, isGif } from './reply.ts';

/** Codes of what one request meets and the next one may not: the server is there, and fails now and then. */
export const TRANSIENT_FAILURES: readonly string[] = ['target-failing', 'target-busy', 'target-closed'];

export interface ProbeOptions extends TargetAccess {
  readonly siteId: number;
  /** Unix seconds of the oldest hit; sent when it needs a token's rights. */
  readonly oldestSeconds: number | undefined;
  /** True: hits will carry addresses and places. */
  readonly hasPlaces: boolean;
}

/** A heartbeat of a visitor who has no visit: Matomo checks it as any hit and records nothing. */
function probeBody(options: ProbeOptions): string {
  const { siteId, oldestSeconds, hasPlaces } = options;
  const token = bodyToken(options);
  const id = 'abad1deaabad1dea';
  let body = `idsite=${siteId}&rec=1&apiv=1&ping=1&_id=${id}&cid=${id}&url=https%3A%2F%2Fprobe.invalid%2F`;
  if (oldestSeconds !== undefined) body += `&cdt=${oldestSeconds}`;
  if (hasPlaces) body += '&cip=81.230.1.1&country=se';
  if (token !== undefined) body += `&token_auth=${encodeURIComponent(token)}`;
  return body;
}

function targetError(code: string, message: string, hint: string, cause?: unknown): UserError {
  return new UserError(message, { code, exitCode: EXIT.target, hint, cause });
}

function networkError(url: string, error: unknown, options: ProbeOptions): UserError {
  if (error instanceof ProxyError) return proxyUserError(error);
  const limit = localLimitOf(error);
  if (limit)
    return targetError(
      limit.reason,
      `No connection to ${new URL(url).host} could be opened: ${limit.what}.`,
      limit.hint,
      error,
    );
  const code = networkCode(error);
  const { host, hostname } = new URL(url);
  if (code === 'ECONNREFUSED') {
    const hint =
      'Check that the server is running and the port is right. To try without a Matomo, use --sink.';
    return targetError('target-refused', `${host} refused the connection.`, hint, error);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return targetError(
      'target-unknown',
      `The name ${hostname} was not found.`,
      'Check MATOMO_URL (--url).',
      error,
    );
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    const waited = `${options.connectTimeoutMs / 1000} s`;
    const hint = 'Check the address and any firewall. CONNECT_TIMEOUT sets how long to wait.';
    return targetError(
      'target-timeout',
      `${host} did not accept a connection within ${waited}.`,
      hint,
      error,
    );
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    const waited = `${options.responseTimeoutMs / 1000} s`;
    const hint = 'Check the load of the server. RESPONSE_TIMEOUT sets how long to wait.';
    return targetError(
      'target-silent',
      `${host} accepted the request but did not answer within ${waited}.`,
      hint,
      error,
    );
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    const hint =
      'Install a certificate that this machine trusts, or set NODE_EXTRA_CA_CERTS to the file of its certificate authority.';
    return targetError(
      'target-certificate',
      `The certificate of ${host} is not trusted (${code}).`,
      hint,
      error,
    );
  }
  if (/^ERR_(SSL|TLS)_|^EPROTO$/.test(code)) {
    const hint = 'Check MATOMO_URL (--url): should it be http:// instead of https://, or another port?';
    return targetError('target-no-tls', `${host} does not speak TLS (${code}).`, hint, error);
  }
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET') {
    const hint = 'Check MATOMO_URL (--url), and any firewall or proxy in front of the server.';
    return targetError('target-closed', `${host} closed the connection without a response.`, hint, error);
  }
  return targetError(
    'target-unreachable',
    `${host} cannot be reached (${code}).`,
    'Check MATOMO_URL (--url).',
    error,
  );
}

function redirectError(url: string, status: number, location: string | undefined): UserError {
  const to = location === undefined ? undefined : withoutQuery(location, url);
  if (to === withoutQuery(url, url))
    return targetError(
      'redirected',
      `${url} responded with a redirect to itself (HTTP ${status}).`,
      'Look what stands before your Matomo: a login, a maintenance page or a proxy that sends every request back.',
    );
  return targetError(
    'redirected',
    `${url} responded with a redirect (HTTP ${status})${to === undefined ? '' : ` to ${to}`}.`,
    to === undefined
      ? 'Redirects are not followed, because hits would be lost. Set MATOMO_URL (--url) to the final address.'
      : `Redirects are not followed, because hits would be lost. If this is your Matomo, set MATOMO_URL (--url) to ${to}.`,
  );
}

/** The address in full; a query may hold what nobody else is to see. */
function withoutQuery(location: string, base: string): string {
  if (!URL.canParse(location, base)) return location.replace(/[?#].*$/s, '');
  const { origin, pathname } = new URL(location, base);
  return origin + pathname;
}

function answerError(url: string, { status, body, location }: Answer): UserError {
  if (status >= 300 && status < 400) return redirectError(url, status, location);
  if (status === 503 && isGif(body)) {
    const hint = "Set record_statistics=1 in Matomo's config.ini.php.";
    return targetError('recording-off', `Matomo at ${url} has recording turned off.`, hint);
  }
  if (status === 401 || status === 403) {
    return new UserError(`${url} refused access (HTTP ${status}).`, {
      code: 'authentication-refused',
      exitCode: EXIT.authentication,
      hint: 'A password or firewall protects the server. Set the password with MATOMO_HEADERS, or allow access from this machine.',
    });
  }
  if (status === 429) {
    const hint = 'Wait, or raise the rate limit of the proxy or firewall in front of Matomo.';
    return targetError('target-busy', `${url} responded with HTTP 429: too many requests.`, hint);
  }
  if (status >= 500) {
    return targetError(
      'target-failing',
      `${url} responded with HTTP ${status}.`,
      'Check the error logs of the web server and PHP.',
    );
  }
  const hint = 'MATOMO_URL (--url) must be the address of your Matomo, or of its matomo.php.';
  return targetError(
    'not-matomo',
    `${url} does not look like a Matomo: it responded with HTTP ${status} and no tracking image.`,
    hint,
  );
}

function tokenHint({ token, tokenIn }: ProbeOptions): string {
  if (token === undefined) {
    return 'Set MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE (--token-file) to a token with write access to the site.';
  }
  const rights =
    'Check that the token is right and that its user has write, admin or super user access to the site.';
  return tokenIn === 'header'
    ? `Matomo before 5.4 ignores tokens in a header: set MATOMO_TOKEN_IN=body. ${rights}`
    : rights;
}

/** Whether Matomo knows the token at all; the Reporting API says what a hit's answer does not. */
async function isKnownToken(options: ProbeOptions): Promise<boolean> {
  const api = createReportingApi(options);
  try {
    await api.ask('API.getMatomoVersion', {});
    return true;
  } catch (error) {
    // Where the API cannot be asked, nothing is known against the token.
    return !(error instanceof UserError) || !isReportRefused(error);
  } finally {
    await api.close();
  }
}

/** What is wrong with the token, or that there is none. */
async function tokenMessage(options: ProbeOptions, needs: string): Promise<string> {
  const { token, siteId } = options;
  if (token === undefined) return `There is no token, and Matomo accepts ${needs} only with one.`;
  return (await isKnownToken(options))
    ? `The token has no permission to send ${needs} to site ${siteId}.`
    : `The token is wrong: Matomo does not know it, so that it has no permission to send ${needs}.`;
}

/** Why Matomo refuses a hit that carries what needs rights: the site, or the rights. It never says which. */
async function refusedError(options: ProbeOptions, isPlainTaken: boolean): Promise<UserError> {
  const { siteId, url } = options;
  if (!isPlainTaken) {
    const hint = 'Check MATOMO_SITE_ID (--site-id). Matomo responds the same way when its database is down.';
    return targetError('site-refused', `Matomo at ${url} does not accept hits for site ${siteId}.`, hint);
  }
  const needs = options.hasPlaces ? "visitors' addresses and countries" : 'hits older than 24 hours';
  return new UserError(await tokenMessage(options, needs), {
    code: 'token-refused',
    exitCode: EXIT.authentication,
    hint: tokenHint(options),
  });
}

/** Asks in the words of the options, with or without the token. @throws UserError where there is no answer */
async function ask(options: ProbeOptions): Promise<Answer> {
  const { url } = options;
  const poster = createHttpClient({ access: options, url, contentType: FORM_TYPE, connections: 1 });
  try {
    return await poster.post(probeBody(options));
  } catch (error) {
    throw networkError(url, error, options);
  } finally {
    await poster.close();
  }
}

/** @throws UserError that says what is wrong with the target; resolves when hits can be sent. */
export async function probeTarget(options: ProbeOptions): Promise<void> {
  const { url } = options;
  const answer = await ask(options);
  if (answer.status === 200 && isGif(answer.body)) return;
  if (answer.status !== 400 || !isGif(answer.body)) throw answerError(url, answer);
  const needsRights = options.hasPlaces || options.oldestSeconds !== undefined;
  const plain = needsRights
    ? await ask({ ...options, token: undefined, oldestSeconds: undefined, hasPlaces: false })
    : answer;
  throw await refusedError(options, plain.status === 200 && isGif(plain.body));
}
