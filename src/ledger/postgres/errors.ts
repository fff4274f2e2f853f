/** What PostgreSQL and the way to it complain of, as errors that say what to do. */
import { EXIT, type ExitCode, UserError } from '../../errors.ts';

function ledgerError(
  code: string,
  message: string,
  hint: string,
  cause?: unknown,
  exitCode: ExitCode = EXIT.usage,
) {
  return new UserError(message, { code, exitCode, hint, cause });
}

function propertyOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** SQLSTATE of the server's answer, or the code of a network error; empty where there is none. */
export function codeOf(error: unknown): string {
  const code = propertyOf(error, 'code');
  if (typeof code === 'string') return code;
  // Several addresses of one name were tried.
  const errors = propertyOf(error, 'errors');
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : '';
}

/** The server answered, and meant the statement. */
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** The server is going down, starting up, full of connections, or has ended this one; or two transactions met. */
const PASSING = /^(08...|57P0[1-5]|53300|40001|40P01|25006)$/;
/** Node's own codes of addresses that will not work later either. */
const LASTING_NETWORK =
  /^(ERR_TLS_CERT_ALTNAME_INVALID|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_.*|CERT_.*|INVALID_CA|HOSTNAME_MISMATCH)$/;
/** The driver's words: the server answered that it has no TLS. */
const hasNoTls = (error: unknown) => error instanceof Error && /not support SSL/.test(error.message);

/** Whether it may work a moment later: the link or the server is away. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  if (SQLSTATE.test(code) && !code.startsWith('E')) return PASSING.test(code);
  if (LASTING_NETWORK.test(code) || hasNoTls(error)) return false;
  const message = error instanceof Error ? error.message : '';
  if (code !== '') return /^(E[A-Z]|UND|ERR_SOCKET|ERR_SSL)/.test(code);
  return /terminated|timeout|not queryable|closed|ended|SSL|socket/i.test(message);
}

/** Without the address, which may hold a password; the driver's messages never do. */
export function reasonOf(error: unknown): string {
  const message =
    error instanceof Error && error.message !== '' ? error.message : codeOf(error) || 'no answer';
  return message.replaceAll(/\s*\n\s*/g, ', ');
}

export function unreachableLedger(shown: string, timeoutMs: number, cause: unknown): UserError {
  return ledgerError(
    'ledger-unreachable',
    `The ledger ${shown} did not answer for ${timeoutMs / 1000} s (${reasonOf(cause)}).`,
    'Nothing is lost: check the database, then continue. A backfill continues with --resume. LEDGER_TIMEOUT sets how long to wait, in seconds.',
    cause,
    EXIT.target,
  );
}

export function newerLedger(shown: string, found: number, known: number): UserError {
  return ledgerError(
    'ledger-newer',
    `The ledger ${shown} was written by a newer version: its format is ${found}, and this version reads formats up to ${known}.`,
    'Update trafficinator here, or use another database.',
  );
}

export function outdatedLedger(shown: string, found: number, known: number, cause: unknown): UserError {
  const what =
    found === 0
      ? 'has no tables of trafficinator yet'
      : `has format ${found}, and this version needs ${known}`;
  return ledgerError(
    'ledger-not-migrated',
    `The ledger ${shown} ${what}, and this role may not change that.`,
    'Run `trafficinator history` once with the address of the role that owns the database. docs/cluster.md lists the rights that workers need.',
    cause,
  );
}

export function unsafeLedger(shown: string, found: string, hint: string): UserError {
  return ledgerError('ledger-unsafe', `The ledger ${shown} cannot keep its word: ${found}.`, hint);
}

/** What a statement threw, in the user's terms where it is about the server; anything else as it is. */
export function translateError(shown: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const code = codeOf(error);
  if (code.startsWith('28')) {
    return ledgerError(
      'ledger-refused',
      `The ledger ${shown} refused the login (${reasonOf(error)}).`,
      'Check user and password: in LEDGER_URL, in the file that LEDGER_URL_FILE names, or in PGPASSWORD.',
      error,
    );
  }
  // The driver asks for it itself, before the server could.
  if (error instanceof Error && /password must be a/.test(error.message)) {
    return ledgerError(
      'ledger-refused',
      `The ledger ${shown} asks for a password, and there is none.`,
      'Set PGPASSWORD, or save the whole address in a file and set LEDGER_URL_FILE to its path.',
      error,
    );
  }
  if (code === 'ENOTFOUND') {
    return ledgerError(
      'ledger-not-found',
      `There is no host of the name in the address of the ledger ${shown}.`,
      'Correct LEDGER_URL, or the file that LEDGER_URL_FILE names.',
      error,
    );
  }
  if (code === '3D000') {
    return ledgerError(
      'ledger-not-found',
      `There is no database for the ledger ${shown}.`,
      'Create it (createdb), or correct LEDGER_URL.',
      error,
    );
  }
  if (code === '42501' || code === '25006') {
    return ledgerError(
      'ledger-not-writable',
      `The ledger ${shown} cannot be written (${reasonOf(error)}).`,
      'The role needs usage on the schema trafficinator, and select, insert, update and delete on all its tables: docs/cluster.md has the two statements.',
      error,
    );
  }
  if (code.startsWith('53')) {
    return ledgerError(
      'ledger-full',
      `The ledger ${shown} has no room left (${reasonOf(error)}).`,
      'Free some disk space on the server of the database, then run again. Nothing in the ledger is lost.',
      error,
    );
  }
  if (hasNoTls(error)) {
    return ledgerError(
      'ledger-without-tls',
      `The ledger ${shown} must be reached with TLS (sslmode), but the server has none.`,
      'Set ssl = on in postgresql.conf, with a certificate. On a network that nobody else can read, sslmode=disable does without.',
      error,
    );
  }
  if (LASTING_NETWORK.test(code)) {
    return ledgerError(
      'ledger-certificate',
      `The certificate of the ledger ${shown} is not trusted (${reasonOf(error)}).`,
      'Add sslrootcert=FILE to the address, with the certificates that it is signed with.',
      error,
    );
  }
  return error;
}
