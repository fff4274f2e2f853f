/** What a process is to do for a job, or to look up about one: command line, environment and files. */
import { join } from 'node:path';
import { envLine } from '../../config/schema/value-text.ts';
import { frozenSettings } from '../../config/sources/frozen-settings.ts';
import type { Host } from '../../host.ts';
import type { Clock } from '../../types/clock.ts';
import type { Values } from '../settings/names.ts';
import { bareEnvironment, type Resolved } from '../settings/resolve.ts';
import type { JobRow } from '../store/job-store.ts';
import { argsOf, type JobFiles, restOf } from './attempts.ts';
import type { JobTokens } from './job-tokens.ts';
import type { TargetFacts, Work } from './process/protocol.ts';
import type { Progress } from './progress.ts';

interface WorkRules {
  readonly host: Host;
  readonly clock: Clock;
  /** Of the service's data. */
  readonly folder: string;
  readonly tokens: JobTokens;
}

/** How long a live run lasts and how many visits it has at most, by its settings as they were frozen. */
function limitsOf({ settings }: JobRow) {
  const found = (name: string) => Number(new RegExp(`^${name}=(.+)$`, 'm').exec(settings)?.[1] ?? 0);
  const hours = found('AUTO_STOP_AFTER_HOURS');
  return { durationMs: hours > 0 ? hours * 3_600_000 : undefined, visits: found('STOP_AFTER_VISITS') };
}

export function filesOf(folder: string, job: number): JobFiles {
  const own = join(folder, 'jobs', String(job));
  return {
    settings: join(own, 'settings.env'),
    report: join(own, 'report.html'),
    summary: join(own, 'summary.json'),
    days: join(own, 'days.csv'),
  };
}

/** Where a setting was made, in words of the log and the report. */
const ORIGINS: Readonly<Record<string, string>> = {
  request: 'set at the start of the run',
  service: 'settings of the service',
};

function fileText({ command, id, settings, request }: JobRow): string {
  const named = Object.entries(request.origins).map(([env, origin]) => [env, ORIGINS[origin] ?? origin]);
  return frozenSettings(`${command} ${id}`, settings, Object.fromEntries(named));
}

/** What the sites said while the token was there, for a process that cannot ask them: the run keeps its days and its money. */
export function knownOfSites(
  settings: string,
  targets: readonly Pick<TargetFacts, 'timezone' | 'currency'>[],
): string {
  const linesOf = (env: string, values: readonly string[]) => {
    const [first = ''] = values;
    const isSame = values.every((value) => value === first);
    const named = isSame
      ? [[env, first] as const]
      : values.map((value, i) => [`${env}_${i + 1}`, value] as const);
    return named.filter(([name]) => !new RegExp(`^${name}=`, 'm').test(settings));
  };
  if (targets.length === 0) return '';
  return [
    ...linesOf(
      'TIMEZONE',
      targets.map(({ timezone }) => timezone),
    ),
    ...linesOf(
      'ECOMMERCE_CURRENCY',
      targets.map(({ currency }) => currency),
    ),
  ]
    .map(([env, value]) => `${envLine(env, value)}\n`)
    .join('');
}

/** A process may have been killed before it could tell that it had begun. */
function mayHaveBegun({ startedMs, pid, request }: JobRow): boolean {
  return startedMs !== null || (pid !== null && !request.again);
}

export interface JobWork {
  /** The next process of the job; undefined where nothing is left to do. @throws UserError */
  next(row: JobRow, progress: Progress): Work | undefined;
  /** A command that looks at things for the service. */
  lookUp(args: readonly string[], resolved: Resolved): Work;
  /** The same with the settings and tokens of a job, and tokens that are given for this look only. */
  lookUpFor(row: JobRow, args: readonly string[], given: Values): Work;
}

export function createJobWork({ host, clock, folder, tokens }: WorkRules): JobWork {
  const environment = (values: Values) => ({
    ...bareEnvironment(host.env),
    ...Object.fromEntries(values),
    NO_COLOR: '1',
  });

  const hasWorkers = Boolean(host.env.LEDGER_URL || host.env.LEDGER_URL_FILE);

  function withSettings(args: readonly string[], text: string, values: Values): Work {
    const path = join(folder, 'look.env');
    return { args: [...args, '--config', path], env: environment(values), files: { [path]: text } };
  }

  return {
    next(row, progress) {
      const files = filesOf(folder, row.id);
      const rest = restOf(row, limitsOf(row), progress.totals?.visits.planned ?? 0, clock.now());
      const isOver =
        row.command === 'run' && row.startedMs !== null && (rest.forMs === 0 || rest.visits === 0);
      if (isOver) return undefined;
      const isBlind = row.command === 'run' && tokens.missing(row).length > 0;
      const known = isBlind ? knownOfSites(row.settings, progress.targets()) : '';
      host.writePrivateFile(files.settings, fileText({ ...row, settings: row.settings + known }));
      const args = argsOf(row, files, { hasBegun: mayHaveBegun(row), hasWorkers }, rest);
      return { args, env: environment(tokens.of(row.id)), files: {} };
    },
    lookUp: (args, { text, secrets }) => withSettings(args, text, secrets),
    lookUpFor: (row, args, given) =>
      withSettings(args, fileText(row), new Map([...tokens.of(row.id), ...given])),
  };
}
