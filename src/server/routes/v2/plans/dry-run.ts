/** Counts and digest of a job from its whole plan, by the command line's own dry run: nothing is sent. */
import { Refusal } from '../../../http/refusal.ts';
import type { Call } from '../../../http/route.ts';
import { runCommand } from '../../../jobs/process/command.ts';
import type { SettingsRequest } from '../../../settings/resolve.ts';

/** A plan that takes longer is none that somebody waits for. */
const LONGEST_MS = 120_000;

interface DryRun {
  readonly total: Readonly<Record<string, unknown>>;
  /** One for each, where there are several. */
  readonly targets: readonly Readonly<Record<string, unknown>>[];
  readonly days: readonly Readonly<Record<string, unknown>>[];
}

/** A dry run in a process of its own. @throws Refusal where the plan cannot be made */
export async function dryRunOf(
  { service, signal }: Call,
  request: Omit<SettingsRequest, 'base'>,
): Promise<DryRun> {
  const { host, clock, jobs } = service;
  const resolved = await jobs.resolve(request);
  const args = [request.command, '--dry-run', '--json', '--log-format', 'json', '--no-progress'];
  const work = jobs.workFor(args, resolved);
  const { exitCode, records, errors } = await runCommand({ host, clock }, work, LONGEST_MS, signal);
  const total = records.find(({ type }) => type === 'total');
  if (exitCode !== 0 || !total) {
    const text = errors.map(({ message }) => String(message)).join(' ') || 'The plan could not be made';
    throw new Refusal(422, text, { code: 'no-preview' });
  }
  const ofType = (wanted: string) => records.filter(({ type }) => type === wanted);
  return { total, targets: ofType('target'), days: ofType('day') };
}
