/** An answer that says no: a status, one sentence, and what to do about it. */
import { EXIT, type Problem, SettingsError, UserError } from '../../errors.ts';

/** One field that is wrong. */
export interface FieldProblem {
  /** Where it is: `body`, `query` or `path`, then the names down to it. */
  readonly loc: readonly (string | number)[];
  readonly message: string;
  /** Stable, machine-readable name such as `too_small`. */
  readonly code: string;
  readonly input?: unknown;
  readonly hint?: string | undefined;
}

interface RefusalDetails {
  /** Stable, machine-readable name such as `run-not-found`. */
  readonly code: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields?: readonly FieldProblem[];
}

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: readonly FieldProblem[];

  constructor(status: number, message: string, { code, hint, headers, fields }: RefusalDetails) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.headers = headers ?? {};
    this.fields = fields ?? [];
  }
}

export function notFound(what: string): Refusal {
  return new Refusal(404, `${what} not found`, { code: 'not-found' });
}

/** What somebody else has changed or is doing at the moment. */
export function conflict(code: string, message: string, hint?: string): Refusal {
  return new Refusal(409, message, { code, hint });
}

function fieldOf({ code, subject, message, hint }: Problem): FieldProblem {
  return { loc: ['body', subject], message, code, hint };
}

const CONFLICTS: readonly string[] = [
  'target-locked',
  'overlapping-backfill',
  'unfinished-backfill',
  'settings-changed',
  'preset-exists',
  'preset-built-in',
];

const UNAVAILABLE: readonly string[] = ['ledger-unreachable', 'ledger-busy', 'ledger-not-writable'];

/** As the operating system names them. */
const FULL: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

function diskFull(): Refusal {
  return new Refusal(507, 'The disk of the service is full', {
    code: 'disk-full',
    hint: 'Free some disk space, then try again.',
  });
}

/** The refusal that stands for an error in the user's terms. */
function refusalOf(error: UserError): Refusal {
  const { message, code, hint, exitCode } = error;
  if (error instanceof SettingsError) {
    return new Refusal(422, message, { code, fields: error.problems.map(fieldOf) });
  }
  if (CONFLICTS.includes(code)) return new Refusal(409, message, { code, hint });
  if (code === 'ledger-full') return diskFull();
  if (UNAVAILABLE.includes(code)) return new Refusal(503, message, { code, hint });
  const isTheirs = exitCode === EXIT.target || exitCode === EXIT.authentication;
  return new Refusal(isTheirs ? 502 : 422, message, { code, hint });
}

/** Any error as a refusal; undefined for a defect of the program itself. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof UserError) return refusalOf(error);
  const isFull = error instanceof Error && 'code' in error && FULL.includes(error.code);
  return isFull ? diskFull() : undefined;
}
