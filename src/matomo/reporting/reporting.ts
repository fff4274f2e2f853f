/** Matomo's Reporting API: asks by POST, with the token in the body, and turns its many ways to refuse into errors. */
import { EXIT, UserError } from '../../errors.ts';
import { bodyToken, reportingUrl, type TargetAccess } from '../http/access.ts';
import { createHttpClient, networkCode } from '../http/http-client.ts';
import { ProxyError, proxyUserError } from '../http/proxy-error.ts';
import { FORM_TYPE } from '../requests/body.ts';

/** What the API answered, parsed from JSON and not checked any further. */
export type ReportValue = unknown;

export interface ReportingApi {
  /**
   * @param method such as `VisitsSummary.get`
   * @throws UserError `report-refused` where the token has no right to it, `token-unknown` where it is none of
   * Matomo's, `report-unavailable` in all other cases
   */
  ask(method: string, parameters: Readonly<Record<string, string | number>>): Promise<ReportValue>;
  close(): Promise<void>;
}

function unavailable(method: string, what: string, cause?: unknown): UserError {
  return new UserError(`Matomo's report ${method} is not available: ${what}.`, {
    code: 'report-unavailable',
    exitCode: EXIT.target,
    hint: 'Check the server. If its Reporting API is not index.php in the folder of matomo.php, set MATOMO_API_URL.',
    cause,
  });
}

/** What Matomo says to a token that it does not have; to one of somebody without the right, it names the right. */
const UNKNOWN_TOKEN = /unable to authenticate/i;

function refused(method: string, hasToken: boolean, said: string): UserError {
  const isUnknown = hasToken && UNKNOWN_TOKEN.test(said);
  const known = hasToken
    ? `The token has no permission to read Matomo's report ${method}.`
    : `Matomo's report ${method} cannot be read without a token.`;
  return new UserError(isUnknown ? 'The token is wrong: Matomo does not know it.' : known, {
    code: isUnknown ? 'token-unknown' : 'report-refused',
    exitCode: EXIT.authentication,
    // Who has mistyped it needs no other rights.
    hint: isUnknown
      ? 'Check MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE (--token-file): it must be the whole token of a user.'
      : 'Use a token with view access to the site, in MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE (--token-file).',
  });
}

function parse(method: string, status: number, body: string, hasToken: boolean): ReportValue {
  if (status === 401 || status === 403) throw refused(method, hasToken, body);
  let value: ReportValue;
  try {
    value = JSON.parse(Buffer.from(body, 'latin1').toString('utf8'));
  } catch (error) {
    throw unavailable(method, `HTTP ${status} without JSON`, error);
  }
  if (typeof value !== 'object' || value === null || !('result' in value) || value.result !== 'error') {
    if (status !== 200) throw unavailable(method, `HTTP ${status}`);
    return value;
  }
  const message = 'message' in value ? String(value.message) : 'no reason given';
  if (/access|authenticat|permission/i.test(message)) throw refused(method, hasToken, message);
  throw unavailable(method, message.replace(/\s+/g, ' ').replace(/\.$/, '').slice(0, 200));
}

/** True: asking again does not help, for the token has no right to it. */
export function isReportRefused({ code }: UserError): boolean {
  return code === 'report-refused' || code === 'token-unknown';
}

export function createReportingApi(access: TargetAccess): ReportingApi {
  const url = reportingUrl(access);
  const token = bodyToken(access);
  const poster = createHttpClient({ access, url, contentType: FORM_TYPE, connections: 1 });
  return {
    close: poster.close,
    async ask(method, parameters) {
      const body = new URLSearchParams({ module: 'API', format: 'JSON', method });
      for (const [name, value] of Object.entries(parameters)) body.set(name, String(value));
      if (token !== undefined) body.set('token_auth', token);
      const answer = await poster.post(body.toString()).catch((error: unknown) => {
        if (error instanceof ProxyError) throw proxyUserError(error);
        throw unavailable(method, `no response (${networkCode(error)})`, error);
      });
      return parse(method, answer.status, answer.body, access.token !== undefined);
    },
  };
}
