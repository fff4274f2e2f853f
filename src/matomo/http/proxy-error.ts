/** What can go wrong with a proxy on the way to a target. */
import { EXIT, UserError } from '../../errors.ts';
import type { HttpProxy } from './proxy.ts';

type ProxyErrorCode =
  | 'PROXY_UNREACHABLE'
  | 'PROXY_TIMEOUT'
  | 'PROXY_CLOSED'
  | 'PROXY_AUTHENTICATION'
  | 'PROXY_REFUSED';

/** The proxy is at fault: the target has not got the request. */
export class ProxyError extends Error {
  readonly code: ProxyErrorCode;
  /** The environment variable that names the proxy. */
  readonly variable: string;

  constructor(code: ProxyErrorCode, { url, variable }: HttpProxy, what: string, cause?: unknown) {
    super(`The proxy ${url} (${variable}) ${what}.`, { cause });
    this.name = 'ProxyError';
    this.code = code;
    this.variable = variable;
  }
}

export function authenticationError(proxy: HttpProxy): ProxyError {
  const isAsking = proxy.authorization === undefined;
  const what = isAsking ? 'requires a user name and a password' : 'rejected the user name and the password';
  return new ProxyError('PROXY_AUTHENTICATION', proxy, `${what} (HTTP 407)`);
}

/** @param status of the proxy's answer to CONNECT */
export function tunnelRefusal(proxy: HttpProxy, host: string, status: number): ProxyError {
  if (status === 407) return authenticationError(proxy);
  return new ProxyError('PROXY_REFUSED', proxy, `refused to connect to ${host} (HTTP ${status})`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

export function tunnelFailure(proxy: HttpProxy, host: string, error: unknown, timeoutMs: number): ProxyError {
  const code = codeOf(error);
  if (code === 'ABORT_ERR') {
    const what = `did not connect to ${host} within ${timeoutMs / 1000} s`;
    return new ProxyError('PROXY_TIMEOUT', proxy, what, error);
  }
  if (code === 'ECONNRESET') {
    const what = `closed the connection instead of connecting to ${host}`;
    return new ProxyError('PROXY_CLOSED', proxy, what, error);
  }
  return new ProxyError('PROXY_UNREACHABLE', proxy, `cannot be reached (${code})`, error);
}

export function relayFailure(proxy: HttpProxy, error: Error, timeoutMs: number): ProxyError {
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    const what = `did not accept a connection within ${timeoutMs / 1000} s`;
    return new ProxyError('PROXY_TIMEOUT', proxy, what, error);
  }
  return new ProxyError('PROXY_UNREACHABLE', proxy, `cannot be reached (${code})`, error);
}

/** The error that a user is shown. */
export function proxyUserError(error: ProxyError): UserError {
  const { code, variable, message } = error;
  const isAuthentication = code === 'PROXY_AUTHENTICATION';
  const hint = isAuthentication
    ? `Set ${variable}=http://user:password@host:port`
    : `Correct ${variable}. To connect without a proxy, add the target's host to NO_PROXY.`;
  return new UserError(message, {
    code: code.toLowerCase().replace('_', '-'),
    exitCode: isAuthentication ? EXIT.authentication : EXIT.target,
    hint,
    cause: error,
  });
}
