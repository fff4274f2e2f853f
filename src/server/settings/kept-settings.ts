/** Settings that somebody has had the service keep: they hold for every run that it starts and that says nothing else. */
import * as z from 'zod';
import type { Service } from '../service.ts';
import { MASKED } from '../store/secrets.ts';
import { filtered, isSecretName, type Values } from './names.ts';
import { APPLIED } from './service-settings.ts';

type Store = Pick<Service, 'facts' | 'secrets' | 'clock'>;

function plainSettings({ facts }: Pick<Store, 'facts'>): Record<string, string> {
  const kept = z.record(z.string(), z.string()).safeParse(facts.read(APPLIED));
  return kept.success ? kept.data : {};
}

/** By environment name, secrets masked. */
export function keptSettings(service: Store): Record<string, string> {
  const secrets = [...service.secrets.read(APPLIED).keys()].map((name) => [name, MASKED] as const);
  return { ...plainSettings(service), ...Object.fromEntries(secrets) };
}

/** What is not among them stays as it is. */
export function keepSettings(service: Store, values: Values): void {
  const { facts, secrets, clock } = service;
  const plain = filtered(values, (name) => !isSecretName(name));
  facts.write(APPLIED, { ...plainSettings(service), ...Object.fromEntries(plain) }, clock.now());
  const given = filtered(values, isSecretName);
  if (given.size > 0) secrets.write(APPLIED, new Map([...secrets.read(APPLIED), ...given]));
}

export function dropSettings(service: Store, names: readonly string[]): void {
  const { facts, secrets, clock } = service;
  const others = Object.entries(plainSettings(service)).filter(([name]) => !names.includes(name));
  facts.write(APPLIED, Object.fromEntries(others), clock.now());
  const kept = secrets.read(APPLIED);
  if (names.some((name) => kept.has(name))) {
    secrets.write(
      APPLIED,
      filtered(kept, (name) => !names.includes(name)),
    );
  }
}
