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
  /** What the site has, where the finding is about its timezone or currency. */
  readonly siteValue?: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Where the value concerned came from: a preset, a file and line, a flag. */
  readonly origin?: string;
}

/** Its remedy; none where a finding of its own tells of the token. */
export function hintOf({ code, hint }: UserError): { hint?: string } {
  return hint === undefined || code === 'token-unknown' ? {} : { hint };
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
    return [{ code, severity: 'unknown', area: 'rights', message, ...hintOf(error) }];
  }
}

const EXIT_OF: Readonly<Record<Area, ExitCode>> = {
  settings: EXIT.usage,
  target: EXIT.target,
  rights: EXIT.authentication,
};

/** The one that a script must know first comes first. */
const WORST_FIRST: readonly Area[] = ['settings', 'rights', 'target'];

/** @param isStrict fail on warnings and unknown findings too */
export function exitCodeOf(findings: readonly Finding[], isStrict: boolean): ExitCode {
  const fails = ({ severity }: Finding) =>
    severity === 'error' || (isStrict && (severity === 'warning' || severity === 'unknown'));
  const areas = new Set(findings.filter(fails).map(({ area }) => area));
  const first = WORST_FIRST.find((area) => areas.has(area));
  return first === undefined ? EXIT.done : EXIT_OF[first];
}

/** `2 errors and 1 warning`; undefined for none. */
function counted(
  findings: readonly Finding[],
  names: readonly (readonly [Severity, string])[],
): string | undefined {
  const parts = names.flatMap(([severity, name]) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** One line for people: whether a run may start, and what stands in its way. */
export function verdictText(findings: readonly Finding[], isStrict: boolean): string {
  const exitCode = exitCodeOf(findings, isStrict);
  const others = [
    ['warning', 'warning'],
    ['unknown', 'open question'],
  ] as const;
  if (exitCode !== EXIT.done) {
    const what = counted(findings, [['error', 'error'], ...(isStrict ? others : [])]);
    return `Not ready: ${what}. Exit code ${exitCode}.`;
  }
  const rest = counted(findings, others);
  return rest === undefined ? 'Ready.' : `Ready, with ${rest}.`;
}
