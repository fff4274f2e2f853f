/** What one source of settings (a preset, a file, the environment, the flags) says, before it is judged. */
import type { Origin, Problem } from '../../errors.ts';
import { shown } from '../schema/problem-text.ts';
import { type Setting, settingByEnv } from '../schema/settings.ts';
import { numberedField, type TargetEntry } from '../targets/target-fields.ts';

export interface Entry {
  readonly setting: Setting;
  readonly raw: unknown;
  readonly origin: Origin;
  /** As the source spells it: an older name, a YAML path, a flag. */
  readonly name: string;
}

export interface Layer {
  readonly entries: readonly Entry[];
  /** What it says about one target among several. */
  readonly targets: readonly TargetEntry[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** A name and its text, as .env files and the environment have them. */
export interface Variable {
  readonly name: string;
  readonly text: string;
  readonly origin: Origin;
}

/** Names from the life of the container that came before, and what to use now. */
const RETIRED: Readonly<Record<string, string>> = {
  BACKFILL_ENABLED: 'start `trafficinator backfill` for a backfill and `trafficinator run` for live traffic',
  BACKFILL_RUN_ONCE:
    '`trafficinator backfill` always runs once, and a finished one is not repeated by accident',
  AUTO_START: '`trafficinator run` starts at once; start the command when the traffic should begin',
  START_SIGNAL_FILE: '`trafficinator run` starts at once; start the command when the traffic should begin',
};

function isRetired(name: string): boolean {
  return Object.hasOwn(RETIRED, name);
}

function retiredWarning({ name, origin }: Variable): Problem {
  const message = `${name} (${origin}) has no effect any more: ${RETIRED[name]}.`;
  return { code: 'retired-setting', subject: name, message, origin };
}

function isSameValue(one: Entry, other: Entry): boolean {
  const values = [one, other].map(({ setting, raw }) => {
    const parsed = setting.schema.safeParse(raw);
    return JSON.stringify(parsed.success ? parsed.data : raw);
  });
  return values[0] === values[1];
}

/** Two names of one setting in one source must agree. */
function disagreements(entries: readonly Entry[]): Problem[] {
  return entries.flatMap((entry, index) => {
    const earlier = entries.slice(0, index).find(({ setting }) => setting === entry.setting);
    if (earlier === undefined || isSameValue(earlier, entry)) return [];
    const values = [earlier, entry].map(({ name, raw, origin }) => `${name} is ${shown(raw)} (${origin})`);
    return {
      code: 'conflicting-names',
      subject: entry.setting.env,
      message: `${earlier.name} and ${entry.name} are one setting and must be equal, but ${values.join(' and ')}.`,
      origin: entry.origin,
      hint: `Keep ${entry.setting.env} and take the other one away.`,
    };
  });
}

/** Sorts variables into settings; one with empty text is not set. Unknown names are for `judge` to judge. */
export function layerOfVariables(
  variables: readonly Variable[],
  judge: (unknown: Variable) => { problem?: Problem; warning?: Problem },
): Layer {
  const entries: Entry[] = [];
  const targets: TargetEntry[] = [];
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const variable of variables) {
    const { name, text, origin } = variable;
    const setting = settingByEnv(name);
    const numbered = setting === undefined ? numberedField(name) : undefined;
    if (numbered !== undefined) {
      if (text.trim() !== '') targets.push({ ...numbered, raw: text, origin, name });
    } else if (isRetired(name)) {
      if (text.trim() !== '') warnings.push(retiredWarning(variable));
    } else if (setting === undefined) {
      const { problem, warning } = judge(variable);
      if (problem !== undefined) problems.push(problem);
      if (warning !== undefined) warnings.push(warning);
    } else if (text.trim() !== '') {
      entries.push({ setting, raw: text, origin, name });
    }
  }
  return { entries, targets, problems: [...problems, ...disagreements(entries)], warnings };
}
