/** Which ledger a command uses: the user's own file, or a PostgreSQL database that the command line or the environment names. */

import { readTextFile } from '../../config/sources/text-files.ts';
import { EXIT, SettingsError, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import {
  LEDGER_URL_FILE_VARIABLE,
  LEDGER_URL_VARIABLE,
  type PostgresAddress,
  parsePostgresAddress,
} from '../../ledger/postgres/address.ts';

const FLAG = '--ledger';

/** What everybody on the machine can read in the list of processes. */
function refuseSecret(url: string): void {
  if (!/^[a-z]+:\/\/[^/?#@]*:[^/?#]*@/i.test(url)) return;
  throw new UserError('--ledger must not contain a password, which everybody on this machine could read.', {
    code: 'secret-on-command-line',
    exitCode: EXIT.usage,
    hint: `Leave it out and set PGPASSWORD, or save the whole address in a file and set ${LEDGER_URL_FILE_VARIABLE} to its path.`,
  });
}

function flagOf(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === FLAG || arg.startsWith(`${FLAG}=`));
  if (at < 0) return undefined;
  const arg = args[at] ?? '';
  return arg === FLAG ? args[at + 1] : arg.slice(FLAG.length + 1);
}

/** What names the ledger on the command line of another command. */
export function ledgerArgs(args: readonly string[]): string[] {
  const url = flagOf(args);
  return url === undefined ? [] : [FLAG, url];
}

/** The host, with the ledger of the command line in the place of that of the environment. */
export function withLedgerOf(args: readonly string[], host: Host): Host {
  const url = flagOf(args);
  if (url === undefined) return host;
  refuseSecret(url);
  const env = { ...host.env, [LEDGER_URL_VARIABLE]: url, [LEDGER_URL_FILE_VARIABLE]: undefined };
  return Object.defineProperties(Object.create(Object.getPrototypeOf(host)), {
    ...Object.getOwnPropertyDescriptors(host),
    env: { value: env, enumerable: true },
  });
}

/** The text of the address; undefined where the ledger is the user's own file. */
function addressText(host: Host): string | undefined {
  const { [LEDGER_URL_VARIABLE]: url, [LEDGER_URL_FILE_VARIABLE]: path } = host.env;
  if (!path) return url || undefined;
  if (url) {
    const message = `${LEDGER_URL_VARIABLE} and ${LEDGER_URL_FILE_VARIABLE} must not both be set.`;
    throw new SettingsError([{ code: 'two-ledgers', subject: LEDGER_URL_FILE_VARIABLE, message }]);
  }
  const text = readTextFile(host, path, LEDGER_URL_FILE_VARIABLE).trim();
  if (text !== '') return text;
  const message = `${LEDGER_URL_FILE_VARIABLE} must be a file that contains an address, but ${path} is empty.`;
  throw new SettingsError([{ code: 'empty-file', subject: LEDGER_URL_FILE_VARIABLE, message }]);
}

/** Whether a shared ledger is named, whatever its address may be worth. */
export function isSharedLedgerNamed({ env }: Pick<Host, 'env'>): boolean {
  return Boolean(env[LEDGER_URL_VARIABLE] || env[LEDGER_URL_FILE_VARIABLE]);
}

export function postgresAddressOf(host: Host): PostgresAddress | undefined {
  const text = addressText(host);
  return text === undefined ? undefined : parsePostgresAddress(text, host.env, host.readFile);
}

/** Bounds of a number of seconds in the environment. */
const LEAST_SECONDS = 1;
const MOST_SECONDS = 3_600;

/** A number of seconds in the environment, as ms. */
export function secondsOf(host: Pick<Host, 'env'>, name: string, defaultMs: number): number {
  const text = host.env[name];
  if (!text) return defaultMs;
  const seconds = Number(text);
  if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return seconds * 1000;
  const message = `${name} must be a number of seconds from ${LEAST_SECONDS} to 3,600, but is "${text}".`;
  throw new SettingsError([{ code: 'out-of-range', subject: name, message }]);
}
