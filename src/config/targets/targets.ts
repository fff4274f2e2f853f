/** The targets of the traffic: one that the plain settings name, or several that a list or numbered variables name. */
import type { Origin, Problem } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { shown } from '../schema/problem-text.ts';
import { type Settings, settingOf } from '../schema/settings.ts';
import { thresholdsOf } from '../schema/threshold.ts';
import type { Layer } from '../sources/layer.ts';
import { type Fields, secretsOf, withoutLogin } from './own-secrets.ts';
import type { TargetEntry, TargetField } from './target-fields.ts';

/** Settings that give way to the site's own values where nobody has set them. */
export const SITE_KEYS = ['timezone', 'currency'] as const;
export type SiteKey = (typeof SITE_KEYS)[number];
export type SiteValues = Readonly<Partial<Record<SiteKey, string>>>;

/** One target with all settings as they hold for it. */
export interface Target {
  /** `default` where it is the only one and has no name. */
  readonly name: string;
  /** Part of the visits that it gets of those that targets share. */
  readonly weight: number;
  readonly settings: Settings;
  /** Keys that nobody has set: their values are the defaults or a built-in preset's. */
  readonly open: readonly SiteKey[];
}

export const ONLY_TARGET = 'default';

type Values = Record<string, unknown>;

interface Draft {
  readonly number: number;
  readonly name: string;
  readonly weight: number;
  readonly isEnabled: boolean;
  readonly settings: Settings;
  readonly open: readonly SiteKey[];
  readonly origin: Origin;
  readonly hasOwn: (key: string) => boolean;
}

/** What is said of each target, a later layer going before an earlier one. */
function fieldsByNumber(layers: readonly Layer[]): Map<number, Map<TargetField, TargetEntry>> {
  const targets = new Map<number, Map<TargetField, TargetEntry>>();
  for (const entry of layers.flatMap((layer) => layer.targets)) {
    const fields = targets.get(entry.number) ?? new Map<TargetField, TargetEntry>();
    targets.set(entry.number, fields.set(entry.field, entry));
  }
  return targets;
}

function valueProblem({ field, raw, origin, name }: TargetEntry): Problem {
  const message = `${name} must be ${field.allowed}, but is ${shown(raw, field.secret)} (${origin}).`;
  return { code: 'invalid-value', subject: name, message, origin };
}

function readFields(fields: Fields, problems: Problem[]): { own: Values; settings: Values } {
  const own: Values = {};
  const settings: Values = {};
  for (const [field, entry] of fields) {
    const parsed = field.schema.safeParse(entry.raw);
    if (!parsed.success) problems.push(valueProblem(entry));
    else if (field.setting === undefined) own[field.key] = parsed.data;
    else settings[field.setting] = parsed.data;
  }
  return { own, settings };
}

/** What belongs to one target and is shown to no other. */
const PRIVATE = { matomoUrl: undefined, tokenAuth: undefined, apiUrl: undefined, headers: undefined };

function draftOf(
  host: Host,
  number: number,
  given: Fields,
  { base, open, problems }: { base: Settings; open: readonly SiteKey[]; problems: Problem[] },
): Draft {
  const fields = withoutLogin(secretsOf(host, given, problems));
  const { own, settings } = readFields(fields, problems);
  // The first of numbered targets is the one that the plain settings name; any other has its own secrets or none.
  const isPlain = number === 1 && settings.matomoUrl === undefined;
  const inherited = isPlain ? base : { ...base, ...PRIVATE };
  return {
    number,
    name: String(own.name ?? `target-${number}`),
    weight: typeof own.weight === 'number' ? own.weight : 1,
    isEnabled: own.enabled !== false,
    settings: { ...inherited, ...settings },
    origin: [...fields.values()][0]?.origin ?? 'default',
    open: open.filter((key) => settings[key] === undefined),
    hasOwn: (key) => [...fields.keys()].some((field) => field.key === key),
  };
}

function described({ name, origin }: Draft): string {
  return origin === 'default' ? name : `${name} (${origin})`;
}

/** Two targets must differ in name, and in what they record into. */
function doubles(drafts: readonly Draft[]): Problem[] {
  const places: readonly [code: string, of: (draft: Draft) => string, what: string][] = [
    ['double-target-name', ({ name }) => name, 'name'],
    [
      'double-target',
      ({ number, settings }) => `${settings.matomoUrl ?? number} ${settings.siteId}`,
      'url and site',
    ],
  ];
  return places.flatMap(([code, of, what]) =>
    drafts.flatMap((draft, i) => {
      const earlier = drafts.slice(0, i).find((other) => of(other) === of(draft));
      if (earlier === undefined) return [];
      const message = `Targets must be different, but ${described(earlier)} and ${described(draft)} have the same ${what}.`;
      return [{ code, subject: draft.name, message, origin: draft.origin }];
    }),
  );
}

/** Targets of a mirror get the same visits, so that what shapes visits must be the same. */
function mirrorProblems(drafts: readonly Draft[]): Problem[] {
  const keys = ['timezone', 'currency', 'visitsPerDay'] as const;
  const [first, ...others] = drafts;
  return keys.flatMap((key) => {
    const other = others.find(({ settings }) => settings[key] !== first?.settings[key]);
    if (first === undefined || other === undefined) return [];
    const values = [first, other].map((draft) => `${draft.settings[key]} for ${draft.name}`).join(' and ');
    const message = `The strategy mirror sends the same visits to all targets, but ${key} is ${values}.`;
    const hint = `Set ${key} once for all targets, or use another strategy.`;
    return [{ code: 'mirror-differs', subject: `targets.${key}`, message, origin: other.origin, hint }];
  });
}

/** Visits a day of a target's own count only where targets share nothing. */
function volumeProblems(drafts: readonly Draft[], { strategy }: Settings): Problem[] {
  if (strategy === 'independent' || strategy === 'mirror') return [];
  return drafts
    .filter((draft) => draft.hasOwn('visitsPerDay'))
    .map((draft) => ({
      code: 'shared-volume',
      subject: 'targets.visitsPerDay',
      message: `The strategy ${strategy} divides one number of visits among the targets, but ${described(draft)} has its own visitsPerDay.`,
      origin: draft.origin,
      hint: 'Use the strategy independent, or set weight instead of visitsPerDay.',
    }));
}

/** Each of the targets that divide a number of visits must get at least one. */
function divisionProblems(drafts: readonly Draft[], base: Settings): Problem[] {
  if (base.strategy === 'independent' || base.strategy === 'mirror') return [];
  return (['visitsPerDay', 'stopAfterVisits'] as const).flatMap((key) => {
    const visits = base[key];
    if (visits === 0 || visits >= drafts.length) return [];
    const { env } = settingOf(key);
    const message = `${env} must be at least the number of targets that share it, ${drafts.length}, but is ${visits}.`;
    return [{ code: 'too-few-visits', subject: env, message }];
  });
}

/** A threshold may be about one target, which there must be. */
function thresholdProblems(
  drafts: readonly { readonly name: string }[],
  { thresholds }: Settings,
): Problem[] {
  const names = drafts.map(({ name }) => name);
  return thresholdsOf(thresholds).flatMap(({ text, target }) => {
    if (target === undefined || names.includes(target)) return [];
    const message = `The threshold ${text} is for the target ${target}, which does not exist. Targets: ${names.join(', ')}.`;
    return [{ code: 'unknown-target', subject: 'THRESHOLDS', message }];
  });
}

export interface TargetsInForce {
  readonly targets: readonly Target[];
  readonly problems: readonly Problem[];
}

export interface TargetsRules {
  /** What holds for all. */
  readonly base: Settings;
  /** Keys that nobody has set for all. */
  readonly open: readonly SiteKey[];
  readonly urlOrigin: Origin;
  /** What the sites say of themselves, by the targets' names: it takes the place of what nobody has set. */
  readonly siteValues: ReadonlyMap<string, SiteValues>;
}

/** The target as its site has it, where the user has left that to the site. */
function asItsSite<T extends Pick<Target, 'name' | 'settings' | 'open'>>(
  target: T,
  siteValues: TargetsRules['siteValues'],
): T {
  const values = siteValues.get(target.name) ?? {};
  const own = Object.fromEntries(
    target.open.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]])),
  );
  return { ...target, settings: { ...target.settings, ...own } };
}

/** The enabled targets, in the order of their numbers, and all that is wrong with any. */
export function targetsOf(
  host: Host,
  layers: readonly Layer[],
  { base, open, urlOrigin, siteValues }: TargetsRules,
): TargetsInForce {
  const fields = fieldsByNumber(layers);
  if (fields.size === 0) {
    const targets = [asItsSite({ name: ONLY_TARGET, weight: 1, settings: base, open }, siteValues)];
    return { targets, problems: thresholdProblems(targets, base) };
  }
  const problems: Problem[] = [];
  const first = fields.get(1);
  const hasFirst = first !== undefined && [...first.keys()].some(({ key }) => key === 'url');
  if (!fields.has(1) && base.matomoUrl !== undefined) fields.set(1, new Map());
  if (hasFirst && base.matomoUrl !== undefined) {
    const message = `MATOMO_URL (${urlOrigin}) and the list of targets cannot be used together.`;
    const hint = 'Remove MATOMO_URL, or add it to the list of targets.';
    problems.push({ code: 'url-and-targets', subject: 'MATOMO_URL', message, origin: urlOrigin, hint });
  }
  const drafts = [...fields]
    .sort(([one], [other]) => one - other)
    .map(([number, of]) => asItsSite(draftOf(host, number, of, { base, open, problems }), siteValues))
    .filter(({ isEnabled }) => isEnabled);
  if (drafts.length === 0) {
    problems.push({ code: 'no-target', subject: 'targets', message: 'At least one target must be enabled.' });
  }
  problems.push(
    ...doubles(drafts),
    ...volumeProblems(drafts, base),
    ...divisionProblems(drafts, base),
    ...thresholdProblems(drafts, base),
  );
  if (base.strategy === 'mirror') problems.push(...mirrorProblems(drafts));
  return { targets: drafts, problems };
}
