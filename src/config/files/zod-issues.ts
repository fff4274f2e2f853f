/** Turns what zod finds in a data file into problems in the project's own words. */
import type * as z from 'zod';
import type { Problem } from '../../errors.ts';
import { closestHint, shareHint, shown } from '../schema/problem-text.ts';

type Issue = z.core.$ZodIssue;

export interface Place {
  /** The file, as the user knows it. */
  readonly subject: string;
  /** Where in the file, such as `funnel "Checkout", step 2`; empty for the file as a whole. */
  readonly where: string;
}

/** `shop.json: funnel "Checkout", step 2`. */
export function inWords({ subject, where }: Place): string {
  return where === '' ? subject : `${subject}: ${where}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

function limitInWords(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const side = issue.code === 'too_small' ? 'at least' : 'at most';
  if (issue.origin === 'string')
    return `a text of ${side} ${limit} ${limit === 1 ? 'character' : 'characters'}`;
  if (issue.origin === 'array') return `a list of ${side} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return issue.inclusive === false ? `a number above ${limit}` : `${side} ${limit}`;
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? issue.expected;
    case 'too_small':
    case 'too_big':
      return limitInWords(issue);
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }, input);
}

/** `click_events, entry 4, category`. */
function pathInWords(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `entry ${key + 1}` : String(key))).join(', ');
}

function problemsOfIssue(
  issue: Issue,
  input: unknown,
  place: Place,
  knownKeys: readonly string[],
): Problem[] {
  const { subject } = place;
  if (issue.code === 'unrecognized_keys') {
    const owner = [inWords(place), pathInWords(issue.path)].filter((part) => part !== '').join(', ');
    return issue.keys.map((key) => {
      const message = `${owner} has the unknown key ${key}.`;
      return { code: 'unknown-key', subject, message, ...closestHint(key, knownKeys) };
    });
  }
  const at = [inWords(place), pathInWords(issue.path)].filter((part) => part !== '').join(', ');
  const found = valueAt(input, issue.path);
  const isMissing = found === undefined;
  const message = `${at} must be ${expected(issue)}, but is ${isMissing ? 'missing' : shown(found)}.`;
  const isBareText =
    issue.code === 'invalid_type' && issue.expected === 'string' && /^(number|boolean)$/.test(typeof found);
  const isShare = String(issue.path.at(-1)).endsWith('probability');
  const hint = isBareText
    ? { hint: 'To use it as text, put it in quotes.' }
    : isShare
      ? shareHint(found)
      : {};
  return [{ code: isMissing ? 'missing-key' : 'invalid-value', subject, message, ...hint }];
}

/** One problem per finding. `input` is what was parsed; `knownKeys` are offered in place of unknown ones. */
export function problemsOfIssues(
  error: z.ZodError,
  input: unknown,
  place: Place,
  knownKeys: readonly string[],
): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, input, place, knownKeys));
}
