/** All that somebody has set up in the service, as one file to take elsewhere: no secret is in it. */
import { z } from '@hono/zod-openapi';
import { scheduleRecord } from '../schedule/schedule-record.ts';
import type { Service } from '../service.ts';
import { environmentName, isSecretName } from '../settings/names.ts';
import { APPLIED } from '../settings/service-settings.ts';

const FORMAT = 'trafficinator-bundle';

const values = z.record(z.string().max(100), z.unknown());

export const bundle = z
  .strictObject({
    format: z.literal(FORMAT),
    version: z.literal(1),
    /** Of the service, which hold for every run. */
    settings: values.default({}),
    presets: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(100),
          description: z.string().max(500).nullable().default(null),
          config: values,
        }),
      )
      .max(500)
      .default([]),
    funnels: z
      .array(z.looseObject({ name: z.string().min(1).max(100) }))
      .max(500)
      .default([]),
    /** Null: the built-in list. */
    urls: z.string().max(8_000_000).nullable().default(null),
    /** Null: the built-in ones. */
    events: values.nullable().default(null),
    schedules: z.array(scheduleRecord).max(200).default([]),
  })
  .openapi('Bundle');

export type Bundle = z.output<typeof bundle>;

export function withoutSecrets<T>(settings: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => !isSecretName(environmentName(name))),
  );
}

export function appliedSettings({ facts }: Pick<Service, 'facts'>): Record<string, string> {
  const applied = z.record(z.string(), z.string()).safeParse(facts.read(APPLIED));
  return applied.success ? withoutSecrets(applied.data) : {};
}

function savedEvents({ events }: Service): Record<string, unknown> | null {
  const { source, config } = events.read();
  if (source === 'default') return null;
  const plain = JSON.stringify(config, (key, value) => (key === 'id' || value === null ? undefined : value));
  return JSON.parse(plain);
}

/** By name, so that the same set-up gives the same file. */
const byName = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => (a.name < b.name ? -1 : 1));

export function bundleOf(service: Service): Bundle {
  const { presets, funnels, lists, schedules } = service;
  return {
    format: FORMAT,
    version: 1,
    settings: appliedSettings(service),
    presets: byName(
      presets.list().map((preset) => {
        const { name, description } = preset;
        return { name, description, config: withoutSecrets(presets.config(preset)) };
      }),
    ),
    funnels: byName(funnels.list().map(({ record }) => ({ ...record }))),
    urls: lists.urlsFile.read() ?? null,
    events: savedEvents(service),
    schedules: byName(
      schedules.list().map(({ record }) => ({ ...record, settings: withoutSecrets(record.settings) })),
    ),
  };
}
