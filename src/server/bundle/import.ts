/** What a bundle would change, and changing it. What the bundle does not name stays as it is. */
import { Refusal } from '../http/refusal.ts';
import { nextAfter, type ScheduleRecord } from '../schedule/schedule-record.ts';
import type { Service } from '../service.ts';
import { environmentName, isBackfillName, isSecretName, isSettingName, valuesOf } from '../settings/names.ts';
import { APPLIED } from '../settings/service-settings.ts';
import { validateUrls } from '../settings/url-list.ts';
import { withoutLogins } from '../settings/url-logins.ts';
import { checkedDocument } from '../store/event-store.ts';
import { checkFunnel } from '../store/funnel-store.ts';
import { digestOf } from '../store/list-files.ts';
import { appliedSettings, type Bundle, bundleOf, withoutSecrets } from './bundle.ts';

export const CHANGE_KINDS = ['setting', 'preset', 'funnel', 'urls', 'events', 'schedule'] as const;

/** One thing that a bundle has. */
export interface BundleChange {
  readonly kind: (typeof CHANGE_KINDS)[number];
  readonly name: string;
  readonly action: 'add' | 'change' | 'same';
}

export interface BundlePlan {
  readonly changes: readonly BundleChange[];
  /** Of the bundle and of what is there now: it is confirmed by it. */
  readonly digest: string;
}

function actionOf(next: unknown, current: unknown): BundleChange['action'] {
  if (current === undefined || current === null) return 'add';
  return digestOf(next) === digestOf(current) ? 'same' : 'change';
}

function named<T extends { readonly name: string }>(
  kind: BundleChange['kind'],
  next: readonly T[],
  current: readonly T[],
): BundleChange[] {
  return next.map((one) => {
    const { name } = one;
    return {
      kind,
      name,
      action: actionOf(
        one,
        current.find((other) => other.name === name),
      ),
    };
  });
}

/** By environment name, without secrets and what belongs to a backfill. */
function settingsIn({ settings }: Bundle): Map<string, string> {
  const values = valuesOf(withoutSecrets(withoutLogins(settings)));
  return new Map([...values].filter(([env]) => !isBackfillName(env)));
}

function wrong(code: string, message: string): Refusal {
  return new Refusal(422, message, { code, hint: 'Nothing was imported. Correct the file, and try again.' });
}

function refuseRepeated(kind: string, all: readonly { readonly name: string }[]): void {
  const names = all.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw wrong('repeated-name', `There are two ${kind} with the name ${repeated}`);
}

/** @throws Refusal or SettingsError before anything is changed */
async function check(service: Service, bundle: Bundle): Promise<void> {
  const { settings, presets, funnels, schedules, urls, events } = bundle;
  const unknown = Object.keys(settings).filter((name) => !isSettingName(name));
  if (unknown.length > 0) throw wrong('unknown-setting', `Unknown settings: ${unknown.join(', ')}`);
  await service.jobs.resolve({ command: 'run', presets: [], given: settingsIn(bundle), isSink: true });
  refuseRepeated('presets', presets);
  refuseRepeated('funnels', funnels);
  refuseRepeated('schedules', schedules);
  for (const funnel of funnels) checkFunnel(funnel);
  for (const schedule of schedules) nextAfter(schedule, service.clock.now());
  if (events !== null) checkedDocument(JSON.stringify(events), 'events');
  const pages = urls === null ? undefined : validateUrls(urls);
  if (pages && !pages.valid) throw wrong('invalid-urls', pages.errors.join(' '));
}

/** @throws Refusal or SettingsError where something in it is wrong */
export async function planImport(service: Service, bundle: Bundle): Promise<BundlePlan> {
  await check(service, bundle);
  const current = bundleOf(service);
  const applied = appliedSettings(service);
  const { urls, events } = bundle;
  const changes: BundleChange[] = [
    ...[...settingsIn(bundle)].map(([name, value]) => {
      return { kind: 'setting', name, action: actionOf(value, applied[name]) } as const;
    }),
    ...named('preset', bundle.presets, current.presets),
    ...named('funnel', bundle.funnels, current.funnels),
    ...(urls === null
      ? []
      : [{ kind: 'urls', name: 'pages', action: actionOf(urls, current.urls) } as const]),
    ...(events === null
      ? []
      : [{ kind: 'events', name: 'events', action: actionOf(events, current.events) } as const]),
    ...named('schedule', bundle.schedules, current.schedules),
  ];
  return { changes, digest: digestOf([bundle, current]) };
}

function importSettings(service: Service, bundle: Bundle): void {
  const values = settingsIn(bundle);
  if (values.size === 0) return;
  const { facts, clock } = service;
  facts.write(APPLIED, { ...appliedSettings(service), ...Object.fromEntries(values) }, clock.now());
}

function importPresets({ presets }: Service, bundle: Bundle): void {
  for (const preset of bundle.presets) {
    const input = { ...preset, config: withoutSecrets(preset.config) };
    const known = presets.list().find(({ name }) => name === preset.name);
    if (known) presets.change(known.id, input);
    else presets.create(input);
  }
}

function importFunnels({ funnels }: Service, bundle: Bundle): void {
  if (bundle.funnels.length === 0) return;
  const next = new Map(bundle.funnels.map((funnel) => [funnel.name, funnel]));
  const kept = funnels.list().map(({ record }) => {
    const replaced = next.get(record.name) ?? record;
    next.delete(record.name);
    return replaced;
  });
  funnels.replaceAll([...kept, ...next.values()]);
}

/** Tokens that a schedule of the same name has are kept. */
function importSchedules({ schedules }: Service, bundle: Bundle): void {
  for (const schedule of bundle.schedules) {
    const known = schedules.list().find(({ record }) => record.name === schedule.name);
    const kept = Object.entries(known?.record.settings ?? {}).filter(([name]) =>
      isSecretName(environmentName(name)),
    );
    const settings = { ...withoutSecrets(schedule.settings), ...Object.fromEntries(kept) };
    const record: ScheduleRecord = { ...schedule, settings };
    if (known) schedules.replace(known.id, record);
    else schedules.create(record);
  }
}

/** @throws Refusal where it is not what somebody has looked at */
export async function importBundle(service: Service, bundle: Bundle, digest: string): Promise<BundlePlan> {
  const plan = await planImport(service, bundle);
  if (plan.digest !== digest) {
    throw new Refusal(409, 'This is not what was looked at', {
      code: 'import-differs',
      hint: 'Something has changed in the meantime. Look at the changes again.',
    });
  }
  const { lists, events } = service;
  importSettings(service, bundle);
  importPresets(service, bundle);
  importFunnels(service, bundle);
  if (bundle.urls !== null) lists.urlsFile.write(bundle.urls);
  if (bundle.events !== null) events.replaceAll(JSON.stringify(bundle.events));
  importSchedules(service, bundle);
  return plan;
}
