/** The kinds of value that settings have: each reads a native value or its text, and says what is allowed. */
import * as z from 'zod';
import { asMatomoNames, isDay, isTimezone } from '../../timezone.ts';
import { parseDeclaredEvent, splitDeclaredEvents } from './declared-events.ts';
import { MOST_VISITS_A_SECOND, parseRate, parseStage } from './load-profile.ts';
import { parsePluginEntry, splitPlugins } from './plugin-list.ts';
import { parseThreshold } from './threshold.ts';

/** What a value may be, in words that follow "must be". */
export const allowedValues = z.registry<{ text: string; words?: readonly string[] }>();

const DECIMAL = /^-?(\d+(\.\d*)?|\.\d+)$/;
const TRUE_WORDS = ['true', '1', 'yes', 'on'];
const FALSE_WORDS = ['false', '0', 'no', 'off'];
const ACTIVE_HOURS = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const LOCAL_DATE = /^\d{4}-\d{2}-\d{2}$/;

function readNumber(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  const text = raw.trim();
  return DECIMAL.test(text) ? Number(text) : raw;
}

function readBoolean(raw: unknown): unknown {
  const word = String(raw).trim().toLowerCase();
  if (TRUE_WORDS.includes(word)) return true;
  return FALSE_WORDS.includes(word) ? false : raw;
}

export function readText(raw: unknown): unknown {
  if (typeof raw === 'string') return raw.trim();
  return typeof raw === 'number' ? String(raw) : raw;
}

function readList(raw: unknown): unknown {
  if (typeof raw === 'number') return [raw];
  if (Array.isArray(raw)) return raw.map(readNumber);
  if (typeof raw !== 'string') return raw;
  return raw.trim() === '' ? [] : raw.split(',').map(readNumber);
}

/** With commas, by hand: the first number that `Intl` formats costs some ms, at every start. */
function inWords(bound: number): string {
  const [whole = '', ...fraction] = String(bound).split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}

function rangeInWords(min: number, max: number | undefined): string {
  return max === undefined ? `of at least ${inWords(min)}` : `from ${inWords(min)} to ${inWords(max)}`;
}

export function wholeNumber(min: number, max?: number) {
  const number = z.int().min(min);
  return z
    .preprocess(readNumber, max === undefined ? number : number.max(max))
    .register(allowedValues, { text: `a whole number ${rangeInWords(min, max)}` });
}

export function number(min: number, max?: number) {
  const bounded = z.number().min(min);
  return z
    .preprocess(readNumber, max === undefined ? bounded : bounded.max(max))
    .register(allowedValues, { text: `a number ${rangeInWords(min, max)}` });
}

export function positiveNumber() {
  return z
    .preprocess(readNumber, z.number().positive())
    .register(allowedValues, { text: 'a number above 0' });
}

/** A share of something, 0 for never and 1 for always. */
export function share() {
  return number(0, 1);
}

export function boolean() {
  return z
    .preprocess(readBoolean, z.boolean())
    .register(allowedValues, { text: 'true or false (also 1/0, yes/no, on/off)' });
}

export function text(allowed: string) {
  return z.preprocess(readText, z.string().min(1)).register(allowedValues, { text: allowed });
}

/** Whatever somebody likes to call a random sequence; a whole number counts as its digits. */
export function seed() {
  // Editors must offer the numbers that are read here as text.
  const schema = z
    .string()
    .min(1)
    .meta({ type: ['string', 'integer'] });
  return z.preprocess(readText, schema).register(allowedValues, { text: 'text or a whole number' });
}

/** A token has no blanks inside; Matomo makes them of 32 hexadecimal digits. */
export function token() {
  return z
    .preprocess(readText, z.string().regex(/^\S+$/))
    .register(allowedValues, { text: 'a Matomo token without spaces' });
}

/** One of a few words, in any case. `synonyms` maps other words for them. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  synonyms: Readonly<Record<string, Word>> = {},
) {
  const read = (raw: unknown) => {
    const word = typeof raw === 'string' ? raw.trim().toLowerCase() : raw;
    return typeof word === 'string' ? (synonyms[word] ?? word) : word;
  };
  return z
    .preprocess(read, z.enum(words))
    .register(allowedValues, { text: words.join(', ').replace(/, ([^,]*)$/, ' or $1'), words });
}

export function wholeNumbers(min: number) {
  return z
    .preprocess(readList, z.array(z.int().min(min)))
    .register(allowedValues, { text: `a list of whole numbers of at least ${min}, separated by commas` });
}

export function numbers(min: number) {
  return z
    .preprocess(readList, z.array(z.number().min(min)).min(1))
    .register(allowedValues, { text: `a list of numbers of at least ${min}, separated by commas` });
}

export function currency() {
  return z
    .preprocess(readText, z.string().regex(/^[A-Z]{3}$/))
    .register(allowedValues, { text: 'three capital letters (ISO 4217), such as EUR' });
}

export function timezone() {
  return z
    .preprocess(
      readText,
      z.string().refine(isTimezone, { error: 'there is no timezone of that name' }).overwrite(asMatomoNames),
    )
    .register(allowedValues, {
      text: 'an IANA timezone name such as Europe/Stockholm, or UTC+5.5 as Matomo writes it',
    });
}

export function localDate() {
  const isReal = (day: string) => !LOCAL_DATE.test(day) || isDay(day);
  return z
    .preprocess(readText, z.string().regex(LOCAL_DATE).refine(isReal, { error: 'there is no such date' }))
    .register(allowedValues, { text: 'a date, YYYY-MM-DD' });
}

/** Part of the local day; its end may lie before its start, which wraps midnight. */
export function activeHours() {
  const hasLength = (hours: string) => hours.slice(0, 5) !== hours.slice(6);
  return z
    .preprocess(
      readText,
      z
        .string()
        .regex(ACTIVE_HOURS)
        .refine(hasLength, { error: 'the period is empty; the whole day is 00:00-24:00' }),
    )
    .register(allowedValues, { text: 'HH:MM-HH:MM, at most 24:00; the end may be after midnight' });
}

const EVENT_EXAMPLES = [
  'spike 2026-11-27T18:00 x3 for 6h',
  'outage 2026-10-03T02:00 for 45m',
  'growth 2% a week from 2026-09-01 to 2026-12-01',
  'holiday 2026-12-24..2026-12-26 x0.4',
];

/** What makes days differ from the ordinary: a list of texts, or one text with `;` between them. */
export function declaredEvents() {
  const event = z
    .string()
    .superRefine((value, context) => {
      const parsed = parseDeclaredEvent(value);
      if ('event' in parsed) return;
      context.addIssue({ code: 'custom', message: `in ${JSON.stringify(value)}, ${parsed.reason}` });
    })
    .meta({ examples: EVENT_EXAMPLES });
  const examples = EVENT_EXAMPLES.map((example) => `\`${example}\``)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
  return z
    .preprocess(splitDeclaredEvents, z.array(event))
    .register(allowedValues, { text: `events such as ${examples}, separated by \`;\`` });
}

/** Visits in a unit of time. */
export function rate() {
  return z
    .preprocess(
      readText,
      z.string().refine((value) => parseRate(value) !== undefined, { error: '' }),
    )
    .register(allowedValues, {
      text: `visits per second, minute, hour or day, such as 5/s or 300/m, at most ${inWords(MOST_VISITS_A_SECOND)}/s`,
    });
}

/** How the rate changes over the run: a list of texts, or one text with `,` between them. */
export function stages() {
  const stage = z.string().superRefine((value, context) => {
    if (parseStage(value) !== undefined) return;
    context.addIssue({ code: 'custom', message: `${JSON.stringify(value)} is not a stage` });
  });
  const read = (raw: unknown) =>
    typeof raw === 'string' ? raw.split(',').flatMap((part) => (part.trim() === '' ? [] : part.trim())) : raw;
  return z.preprocess(read, z.array(stage)).register(allowedValues, {
    text: 'stages such as `10m:20/s` (ramp to that rate), `5m=20/s` (hold it) or `30s!200/s` (spike, then back), separated by `,`',
  });
}

/** What a run is held to: a list of texts, or one text with `;` between them. */
export function thresholds() {
  const threshold = z.string().superRefine((value, context) => {
    const parsed = parseThreshold(value);
    if (typeof parsed !== 'string') return;
    context.addIssue({ code: 'custom', message: parsed });
  });
  const read = (raw: unknown) =>
    typeof raw === 'string' ? raw.split(';').flatMap((part) => (part.trim() === '' ? [] : part.trim())) : raw;
  return z.preprocess(read, z.array(threshold)).register(allowedValues, {
    text: 'thresholds such as `latency.p95<500ms`, `hits.failed<0.1%`, `rate>=0.98` or `latency.p99<2s over 30s abort after 1m`, separated by `;`',
  });
}

/** Plugins: a list, or one text with `;` between them. */
export function plugins() {
  const check = (value: string, context: z.RefinementCtx) => {
    const parsed = parsePluginEntry(value);
    if ('entry' in parsed) return;
    context.addIssue({ code: 'custom', message: `in ${JSON.stringify(value)}, ${parsed.reason}` });
  };
  // Editors must offer the mappings that are read here as text.
  const plugin = z
    .string()
    .superRefine(check)
    .meta({ type: ['string', 'object'] });
  return z.preprocess(splitPlugins, z.array(plugin)).register(allowedValues, {
    text: 'paths or package names such as `./webinar.mjs`, each with its options as a JSON object after it if it has any, separated by `,` or `;`',
  });
}
