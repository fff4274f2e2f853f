/** The address of a PostgreSQL ledger: what it says, how it is checked, and how it is shown without its password. */
import type { ConnectionOptions } from 'node:tls';
import { EXIT, UserError } from '../../errors.ts';

export const LEDGER_URL_VARIABLE = 'LEDGER_URL';
export const LEDGER_URL_FILE_VARIABLE = 'LEDGER_URL_FILE';

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  /** False: no TLS. */
  readonly ssl: ConnectionOptions | false;
  /** Without TLS to another machine, and nobody has said that this is meant. */
  readonly isOpen: boolean;
  /** `postgres://user@host:5432/database`, for people: no password, no parameters. */
  readonly shown: string;
}

const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];
const PARAMETERS: readonly string[] = ['sslmode', 'sslrootcert', 'host'];

/** @param found is never the address itself, which may hold a password */
function badAddress(problem: string, hint: string, cause?: unknown): UserError {
  return new UserError(problem, { code: 'bad-ledger-url', exitCode: EXIT.usage, hint, cause });
}

const EXAMPLE = `Example: ${LEDGER_URL_VARIABLE}=postgres://trafficinator@db.example.org/trafficinator?sslmode=verify-full`;

function parsed(text: string): URL {
  const hint = `${EXAMPLE}. In a password, write %40 for @, %2F for / and %25 for %.`;
  try {
    const url = new URL(text);
    if (url.protocol === 'postgres:' || url.protocol === 'postgresql:') return url;
  } catch {
    // The reason that URL gives repeats the address, password included.
  }
  throw badAddress('The address of the ledger must begin with postgres:// and be a valid URL.', hint);
}

function sslModeOf(given: string): SslMode {
  const mode = SSL_MODES.find((name) => name === given);
  if (mode) return mode;
  throw badAddress(
    `sslmode of the ledger must be one of ${SSL_MODES.join(', ')}, but is ${given}.`,
    'verify-full checks the certificate and the name of the server.',
  );
}

/** As libpq has it: `require` encrypts, `verify-ca` checks who signed, `verify-full` the name as well. */
function sslOf(url: URL, mode: SslMode, readFile: (path: string) => Uint8Array): ConnectionOptions | false {
  if (mode === 'disable') return false;
  const path = url.searchParams.get('sslrootcert');
  let ca: Buffer | undefined;
  try {
    if (path !== null) ca = Buffer.from(readFile(path));
  } catch (cause) {
    throw badAddress(
      `The file ${path} (sslrootcert in the address of the ledger) cannot be read.`,
      'It must hold the certificates that the server’s is signed with, as PEM.',
      cause,
    );
  }
  if (mode === 'require') return { rejectUnauthorized: false, ...(ca ? { ca } : {}) };
  return { ...(ca ? { ca } : {}), ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}) };
}

/** A Unix socket, or the loopback interface. */
function isThisMachine(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/**
 * @param text `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…`; a folder of a Unix socket is `?host=/run/postgresql`
 * @throws UserError, in which the address does not appear
 */
export function parsePostgresAddress(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => Uint8Array,
): PostgresAddress {
  const url = parsed(text.trim());
  for (const name of url.searchParams.keys()) {
    if (PARAMETERS.includes(name)) continue;
    throw badAddress(
      `The address of the ledger has the unknown parameter ${name}.`,
      `Known are ${PARAMETERS.join(', ')}.`,
    );
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '') throw badAddress('The address of the ledger names no database.', `${EXAMPLE}.`);
  const user = decodeURIComponent(url.username) || env.PGUSER || env.USER || 'postgres';
  const folder = url.searchParams.get('host');
  const host = folder ?? (url.hostname.replace(/^\[(.+)\]$/, '$1') || 'localhost');
  const port = Number(url.port || 5432);
  const sslMode = url.searchParams.get('sslmode') ?? env.PGSSLMODE;
  return {
    host,
    port,
    database,
    user,
    password: decodeURIComponent(url.password) || env.PGPASSWORD || undefined,
    ssl: sslOf(url, sslModeOf(sslMode ?? 'disable'), readFile),
    isOpen: sslMode === undefined && !isThisMachine(host),
    shown: `postgres://${encodeURIComponent(user)}@${url.hostname || folder || 'localhost'}:${port}/${encodeURIComponent(database)}`,
  };
}
