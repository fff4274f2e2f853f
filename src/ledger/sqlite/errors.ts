/** What the disk and SQLite complain of, as errors that say what to do. */
import { EXIT, UserError } from '../../errors.ts';
import { STATE_DIR_VARIABLE } from '../state-dir.ts';
import { DamagedRow } from './rows.ts';

/** Primary result codes of SQLite, the low byte of every extended one (https://sqlite.org/rescode.html). */
const SQLITE = {
  busy: 5,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;
/** Extended codes of failed reads: IOERR_READ, IOERR_SHORT_READ, IOERR_CORRUPTFS. */
const READ_FAILURES: readonly unknown[] = [266, 522, 8458];
const DISK_FULL: readonly unknown[] = ['ENOSPC', 'EFBIG', 'EDQUOT'];

function ledgerError(code: string, message: string, hint: string, cause?: unknown): UserError {
  return new UserError(message, { code, exitCode: EXIT.usage, hint, cause });
}

export function newerLedger(path: string, found: number, known: number): UserError {
  return ledgerError(
    'ledger-newer',
    `The ledger ${path} was written by a newer version: its format is ${found}, and this version reads formats up to ${known}.`,
    `Update trafficinator, or set ${STATE_DIR_VARIABLE} to another folder for a new ledger.`,
  );
}

export function corruptLedger(path: string, cause: unknown): UserError {
  return ledgerError(
    'ledger-corrupt',
    `The ledger ${path} is damaged or not a ledger (${reasonOf(cause)}).`,
    `Restore a backup of it, or move it away to start a new one, which does not know what was sent before. ${STATE_DIR_VARIABLE} sets another folder.`,
    cause,
  );
}

export function unwritableLedger(path: string, cause: unknown): UserError {
  return ledgerError(
    'ledger-not-writable',
    `The ledger ${path} cannot be written (${reasonOf(cause)}).`,
    `Allow writing to the file and its folder, or set ${STATE_DIR_VARIABLE} to a folder that you can write to.`,
    cause,
  );
}

function fullLedger(path: string, cause: unknown): UserError {
  return ledgerError(
    'ledger-full',
    `There is no space left to write the ledger ${path} (${reasonOf(cause)}).`,
    `Free some disk space or raise the file size limit, then run again. Nothing in the ledger is lost. ${STATE_DIR_VARIABLE} sets another folder for new runs.`,
    cause,
  );
}

function busyLedger(path: string, cause: unknown): UserError {
  return ledgerError(
    'ledger-busy',
    `The ledger ${path} is locked by another process (${reasonOf(cause)}).`,
    `Wait for the other process or stop it, or set ${STATE_DIR_VARIABLE} to another folder.`,
    cause,
  );
}

export function isBusy(error: unknown): boolean {
  return error instanceof UserError && error.code === 'ledger-busy';
}

export function missingLibrary(path: string, cause: unknown): UserError {
  return ledgerError(
    'ledger-unavailable',
    `The ledger ${path} cannot be opened: the package libsql does not load on this machine.`,
    'Install trafficinator again on this machine, with optional dependencies.',
    cause,
  );
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s*\n\s*/g, ', ');
}

function propertyOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** The folder of the ledger could not be made. */
export function folderError(path: string, error: unknown): UserError {
  return DISK_FULL.includes(propertyOf(error, 'code'))
    ? fullLedger(path, error)
    : unwritableLedger(path, error);
}

/** What a statement threw, in the user's terms where it is about the file; anything else as it is. */
export function translateError(path: string, error: unknown): unknown {
  if (error instanceof DamagedRow) return corruptLedger(path, error);
  const rawCode = propertyOf(error, 'rawCode');
  if (typeof rawCode !== 'number') return error;
  switch (rawCode & 0xff) {
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return corruptLedger(path, error);
    case SQLITE.readOnly:
    case SQLITE.cannotOpen:
      return unwritableLedger(path, error);
    case SQLITE.full:
      return fullLedger(path, error);
    case SQLITE.io:
      return READ_FAILURES.includes(rawCode) ? corruptLedger(path, error) : fullLedger(path, error);
    case SQLITE.busy:
      return busyLedger(path, error);
    default:
      return error;
  }
}
