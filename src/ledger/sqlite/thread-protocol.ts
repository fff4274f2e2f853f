/** What the ledger and its thread say to each other: calls, and one answer to each in their order. */
import { type ExitCode, UserError } from '../../errors.ts';
import type { Method } from './store.ts';

/** Name of the thread's script, and what it is started with. */
export const LEDGER_THREAD = 'ledger-thread';
export interface ThreadData {
  readonly path: string;
  /** The formats up to the current one. */
  readonly steps: readonly string[];
}

/** With the arguments of the method. */
export type CallMessage = readonly [method: Method, ...args: readonly unknown[]];

type SentError =
  | { readonly kind: 'defect'; readonly error: Error }
  | {
      readonly kind: 'user';
      readonly message: string;
      readonly code: string;
      readonly exitCode: ExitCode;
      readonly hint: string | undefined;
      readonly cause: unknown;
    };

/** The first one answers the opening of the file. */
export type Answer = { readonly value: unknown } | { readonly error: SentError };

/** SQLite's errors would lose their message on the way. */
function plainError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const plain = new Error(error.message);
  if (error.stack !== undefined) plain.stack = error.stack;
  return plain;
}

export function encodeError(error: unknown): SentError {
  if (!(error instanceof UserError)) return { kind: 'defect', error: plainError(error) };
  const { message, code, exitCode, hint, cause } = error;
  return { kind: 'user', message, code, exitCode, hint, cause: cause && plainError(cause) };
}

export function decodeError(sent: SentError): unknown {
  if (sent.kind === 'defect') return sent.error;
  const { message, code, exitCode, hint, cause } = sent;
  return new UserError(message, { code, exitCode, cause, ...(hint === undefined ? {} : { hint }) });
}
