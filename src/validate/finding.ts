/** What a validation finds: coded, with a severity, words and a remedy. */
import { EXIT, type ExitCode, UserError } from '../errors.ts';

/** `unknown`: it could not be looked at, which is never the same as fine. */
export type Severity = 'ok' | 'warning' | 'error' | 'unknown';

/** What is at fault, and so which exit code an error gives. */
export type Area = 'settings' | 'target' | 'rights';

export interface Finding {
  /** Stable, machine-readable name such as `site-timezone`. */
  readonly code: string;
  readonly severity: Severity;
  readonly area: Area;
  /** Name of the one of several targets that it is about. */
  readonly target?: string;
  /** One sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Where the value concerned came from: a preset, a file and line, a flag. */
  readonly origin?: string;
}

/** What is found, or one finding that says why nothing could be looked at. @throws what is no `UserError` */
export async function unknownFinding(
  code: string,
  what: string,
  find: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = `${what} could not be checked: ${error.message}`;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return [{ code, severity: 'unknown', area: 'rights', message, ...hint }];
  }
}

const EXIT_OF: Readonly<Record<Area, ExitCode>> = {
  settings: EXIT.usage,
  target: EXIT.target,
  rights: EXIT.authentication,
};

/** @param isStrict fail on warnings and unknown findings too */
export function exitCodeOf(findings: readonly Finding[], isStrict: boolean): ExitCode {
  const fails = ({ severity }: Finding) =>
    severity === 'error' || (isStrict && (severity === 'warning' || severity === 'unknown'));
  const areas = new Set(findings.filter(fails).map(({ area }) => area));
  const first = (['settings', 'target', 'rights'] as const).find((area) => areas.has(area));
  return first === undefined ? EXIT.done : EXIT_OF[first];
}
