/** The errors that a user may meet: each has a stable code, an exit code, one sentence and a remedy. */

/** Documented exit codes of the command; 130 and 143 (stopped by a signal) are added at the edge. */
export const EXIT = {
  done: 0,
  internal: 1,
  usage: 2,
  target: 3,
  authentication: 4,
  threshold: 5,
  losses: 6,
  difference: 7,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface ErrorDetails {
  /** Stable, machine-readable name such as `target-unreachable`. */
  readonly code: string;
  readonly exitCode: ExitCode;
  /** What to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Anything that the command-line edge prints as one sentence and a hint instead of a stack trace. */
export class UserError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, { cause: details.cause });
    this.name = 'UserError';
    this.code = details.code;
    this.exitCode = details.exitCode;
    this.hint = details.hint;
  }
}

/** Where a setting's value came from, in words: `default`, `preset medium, line 3`, `--site-id`. */
export type Origin = string;

/** One thing that is wrong with the settings or the files that they name. */
export interface Problem {
  /** Stable, machine-readable name such as `out-of-range`. */
  readonly code: string;
  /** The setting or file concerned, as the user writes it. */
  readonly subject: string;
  /** One sentence: what was expected and what was found. */
  readonly message: string;
  readonly origin?: Origin;
  readonly hint?: string;
}

/** Problems of one kind in one file or setting that are shown; of the others, only their number. */
const MOST_OF_A_KIND = 10;
/** Problems that are shown in all. */
const MOST_PROBLEMS = 50;

/** A code of its own: problems that were counted once may be joined by others, and counted again. */
const MORE = 'more-problems';

function moreOf({ subject }: Problem, count: number): Problem {
  const what = count === 1 ? 'problem' : 'problems';
  return {
    code: MORE,
    subject,
    message: `${subject} has ${count.toLocaleString('en-US')} more ${what} of this kind.`,
  };
}

/** As many as a person reads, and how many there are besides. */
function readableNumber(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MOST_OF_A_KIND) return problems;
  const kinds = new Map<string, Problem[]>();
  for (const problem of problems) {
    const kind = `${problem.code} ${problem.subject}`;
    const known = kinds.get(kind);
    if (known) known.push(problem);
    else kinds.set(kind, [problem]);
  }
  const shown = [...kinds.values()].flatMap((ofKind) => {
    const [first] = ofKind;
    const more = ofKind.length - MOST_OF_A_KIND;
    if (first === undefined || more <= 0) return ofKind;
    return [...ofKind.slice(0, MOST_OF_A_KIND), moreOf(first, more)];
  });
  const rest = shown.length - MOST_PROBLEMS;
  if (rest <= 0) return shown;
  return [
    ...shown.slice(0, MOST_PROBLEMS),
    {
      code: MORE,
      subject: 'settings',
      message: `There are ${rest.toLocaleString('en-US')} more problems.`,
    },
  ];
}

/** All problems of the settings at once; of very many, the first and their number. */
export class SettingsError extends UserError {
  readonly problems: readonly Problem[];

  constructor(all: readonly Problem[]) {
    const problems = readableNumber(all);
    super(problems.map((problem) => problem.message).join('\n'), { code: 'settings', exitCode: EXIT.usage });
    this.name = 'SettingsError';
    this.problems = problems;
  }
}
