/** What one source of settings (a preset, a file, the environment, the flags) says, before it is judged. */
import type { Origin, Problem } from '../../errors.ts';
import { shareHint, shown } from '../schema/problem-text.ts';
import { type Setting, settingByEnv } from '../schema/settings.ts';
import { numberedField, type TargetEntry } from '../targets/target-fields.ts';

export interface Entry {
  readonly setting: Setting;
  readonly raw: unknown;
  readonly origin: Origin;
  /** As the source spells it: an older name, a YAML path, a flag. */
  readonly name: string;
  /** True: a built-in preset says so, and not the user. */
  readonly isBuiltIn?: boolean;
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

/** Names of the control service, which other commands know and have no use for. */
const OF_THE_SERVICE = [
  'AUTO_START',
  'CONFIG_DB_PATH',
  'CONTROL_UI_ALLOWED_HOSTS',
  'CONTROL_UI_API_KEY',
  'CONTROL_UI_API_KEY_FILE',
  'CONTROL_UI_PORT',
  'CONTROL_UI_READ_KEY',
  'CONTROL_UI_READ_KEY_FILE',
  'CORS_ORIGINS',
];

const STARTS_AT_ONCE = '`trafficinator run` starts immediately, so start it when traffic should begin';

/** Names from the predecessor's container, and what to use now. */
const RETIRED: Readonly<Record<string, string>> = {
  BACKFILL_ENABLED: 'use `trafficinator backfill` for past days and `trafficinator run` for live traffic',
  BACKFILL_RUN_ONCE:
    '`trafficinator backfill` always runs once and never repeats a finished backfill by accident',
  BACKFILL_CONTAINER_PREFIX: 'the control service starts no containers',
  BACKFILL_HISTORY_PATH: 'the control service keeps the history in its database',
  START_CHECK_INTERVAL: STARTS_AT_ONCE,
  START_SIGNAL_FILE: STARTS_AT_ONCE,
};

function isRetired(name: string): boolean {
  return Object.hasOwn(RETIRED, name);
}

function retiredWarning({ name, origin }: Variable): Problem {
  const message = `${name} (${origin}) no longer has an effect: ${RETIRED[name]}.`;
  return { code: 'retired-setting', subject: name, message, origin };
}

function isSameValue(one: Entry, other: Entry): boolean {
  const values = [one, other].map(({ setting, raw }) => {
    const parsed = setting.schema.safeParse(raw);
    return JSON.stringify(parsed.success ? parsed.data : raw);
  });
  return values[0] === values[1];
}

function disagreement(earlier: Entry, entry: Entry): Problem {
  const { env, secret } = entry.setting;
  const placed = ({ raw, origin }: Entry) => `${shown(raw, secret)} (${origin})`;
  if (earlier.name === entry.name) {
    return {
      code: 'set-twice',
      subject: env,
      message: `${entry.name} must be set once, but is ${placed(earlier)} and ${placed(entry)}.`,
      origin: entry.origin,
      hint: 'Keep one of the two lines.',
    };
  }
  const values = [earlier, entry].map((one) => `${one.name} is ${placed(one)}`).join(' and ');
  return {
    code: 'conflicting-names',
    subject: env,
    message: `${earlier.name} and ${entry.name} are two names of one setting and must be equal, but ${values}.`,
    origin: entry.origin,
    hint: `Keep ${env} and remove the other one.`,
  };
}

/** One source may say the same twice, under one name or two, but nothing else. */
function disagreements(entries: readonly Entry[]): Problem[] {
  const first = new Map<Setting, Entry>();
  return entries.flatMap((entry) => {
    const earlier = first.get(entry.setting);
    if (earlier === undefined) first.set(entry.setting, entry);
    return earlier === undefined || isSameValue(earlier, entry) ? [] : [disagreement(earlier, entry)];
  });
}

/** What is wrong with the value on its own; undefined where it is right. */
export function valueProblem({ setting, raw, origin, name }: Entry): Problem | undefined {
  const parsed = setting.schema.safeParse(raw);
  if (parsed.success) return undefined;
  const reasons = parsed.error.issues.filter(({ code }) => code === 'custom').map(({ message }) => message);
  const alias = setting.aliases.includes(name) ? `${name} (${setting.env})` : setting.env;
  const because = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  const message = `${alias} must be ${setting.allowed}, but is ${shown(raw, setting.secret)} (${origin})${because}.`;
  const hint = setting.unit?.startsWith('share') ? shareHint(raw) : {};
  return { code: 'invalid-value', subject: setting.env, message, origin, ...hint };
}

/** The runtime replaces bytes that are no UTF-8 in the environment and in arguments by U+FFFD. */
export function notUtf8Problems(entries: readonly Entry[]): Problem[] {
  return entries
    .filter(({ raw }) => String(raw).includes('\uFFFD'))
    .map(({ setting, origin }) => ({
      code: 'not-utf8',
      subject: setting.env,
      message: `${setting.env} must be UTF-8 text, but has other bytes (${origin}).`,
      origin,
      hint: 'Set it in a terminal with a UTF-8 locale, or in a UTF-8 file.',
    }));
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
    } else if (OF_THE_SERVICE.includes(name)) {
      // The service reads it by itself.
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
