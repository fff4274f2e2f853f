/** Tokens of jobs: in memory while a job works, on the disk, encrypted, where somebody asked for it. */
import { filtered, isSecretName, type Values } from '../settings/names.ts';
import type { JobRow } from '../store/job-store.ts';
import type { Secrets } from '../store/secrets.ts';

export interface JobTokens {
  /** By environment name: those of the job before those of the service. */
  of(job: number): Values;
  /** @param isRemembered they outlive the service */
  keep(job: number, tokens: Values, isRemembered: boolean): void;
  isRemembered(job: number): boolean;
  forget(job: number): void;
  /** Names of what the job was started with and nobody has kept: it cannot do the same without it. */
  missing(row: JobRow): string[];
}

/** @param base the service's own settings */
export function createJobTokens(secrets: Secrets, base: () => Values): JobTokens {
  const inMemory = new Map<number, Values>();
  const nameOf = (job: number) => `job ${job}`;
  const of = (job: number) =>
    inMemory.get(job) ?? new Map([...filtered(base(), isSecretName), ...secrets.read(nameOf(job))]);
  return {
    of,
    keep(job, tokens, isRemembered) {
      inMemory.set(job, new Map([...filtered(base(), isSecretName), ...tokens]));
      if (isRemembered) secrets.write(nameOf(job), tokens);
    },
    isRemembered: (job) => secrets.read(nameOf(job)).size > 0,
    forget(job) {
      inMemory.delete(job);
      secrets.write(nameOf(job), new Map());
    },
    missing({ id, request }) {
      const kept = of(id);
      return (request.secretNames ?? []).filter((name) => !kept.has(name));
    },
  };
}
