/** `trafficinator capacity`: the highest number of visits a day that a target sustains. */
import { Command } from 'commander';
import { thresholdsOf } from '../../config/schema/threshold.ts';
import { EXIT, type Problem, SettingsError, UserError } from '../../errors.ts';
import { findCapacity, longestSearchMs } from '../../job/capacity/capacity.ts';
import { mostSteps } from '../../job/capacity/capacity-search.ts';
import type { LiveJob } from '../../job/job.ts';
import { worstExitCode } from '../../job/run-jobs.ts';
import { type Capacity, capacityResultText } from '../../report/capacity.ts';
import { formatDuration } from '../../report/format.ts';
import { createStop, type Stop } from '../../run/stop.ts';
import type { CliContext } from '../context.ts';
import {
  type CapacityTask,
  capacityLine,
  createStepWriter,
  writeCapacityFiles,
} from '../files/capacity-result.ts';
import { addResultFileOptions, checkResultFiles, type ResultFileOptions } from '../files/result-files.ts';
import { withResultOnOutput } from '../files/standard-output.ts';
import { addShortHelp } from '../options/help-layout.ts';
import { parseDuration, parsePart, parseVisitRate, valueOption } from '../options/option-values.ts';
import { withRemotePages } from '../options/remote-pages.ts';
import { loadSession, type Session, type SettingsOptions } from '../options/session.ts';
import { withPlugins } from '../options/session-plugins.ts';
import { addSettingOptions } from '../options/setting-options.ts';
import { addSourceOptions } from '../options/traffic-options.ts';
import { watchSteps } from '../output/capacity-progress.ts';
import { logSettings } from '../output/messages/settings-log.ts';
import { logProxies } from '../targets/access.ts';
import { type Destinations, openDestinations } from '../targets/destinations.ts';
import { jobsOf } from '../traffic/jobs.ts';
import { exitCodeOfSignal, onStopSignals } from '../traffic/signals.ts';

interface CapacityOptions extends SettingsOptions, ResultFileOptions {
  /** Visits a second. */
  readonly from: number;
  readonly to: number;
  /** In ms. */
  readonly step: number;
  readonly hold: number;
  /** A part of 1. */
  readonly precision: number;
  readonly json?: boolean;
  readonly progress?: boolean;
  readonly yes?: boolean;
}

/** What a target must keep to where nothing else is asked for. */
const DEFAULT_THRESHOLDS = ['latency.p95<500ms', 'hits.lost<1%', 'rate>=0.98'];

/** Hits of a visit leave this close to each other, so that a step shows its own rate and not that of the one before. */
const PAUSE_SECONDS = { min: 0.05, max: 0.2 };

const EXAMPLES = `
Doubles the rate of visits until a threshold is missed, then narrows the range
between the highest rate that was sustained and the lowest that was too much,
and holds the result to confirm it. If that fails, it holds half of the rate.
Without --threshold, the thresholds are
${DEFAULT_THRESHOLDS.join(', ')}.
Exit code 5: no rate was sustained, or none could be held.

Examples:
  Find the limit of your Matomo, with a report:
    $ trafficinator capacity --url https://matomo.example.org --token-file token.txt --report capacity.html
  Faster and less precise, with your own threshold:
    $ trafficinator capacity --url https://matomo.example.org --step 10s --hold 20s --threshold 'latency.p95<1s'
`;

/** What most people need. */
const ESSENTIALS = {
  'Where it goes:': ['--url', '--site-id', '--token-file', '--sink'],
  'How it searches:': ['--from', '--to', '--step', '--hold', '--precision', '--threshold'],
  'What is sent:': ['--preset', '--config', '--concurrency', '--seed'],
  'What you get:': ['--yes', '--json', '--report', '--csv', '--help-all'],
};

function jobOf(session: Session, destinations: Destinations, nowMs: number): LiveJob {
  const [job, ...others] = jobsOf('run', session, destinations.all, nowMs);
  if (job?.command !== 'run' || others.length > 0) {
    const message = 'capacity needs exactly one target, but several are set.';
    const problem: Problem = { code: 'several-targets', subject: 'targets', message };
    throw new SettingsError([problem]);
  }
  return { ...job, pauseSeconds: PAUSE_SECONDS, dailyCap: 0, stopAfter: 0 };
}

/** A target is loaded to its limits only by somebody who means it. */
async function confirm({ host }: CliContext, { target }: LiveJob, options: CapacityOptions): Promise<void> {
  if (options.sink === true || options.yes === true || host.ask === undefined) return;
  const answer = await host.ask(`Increase the load on ${target.url} until it is overloaded? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new UserError('Not confirmed: nothing was sent.', {
    code: 'not-confirmed',
    exitCode: EXIT.usage,
    hint: 'To start without confirmation, add --yes.',
  });
}

function checkBounds({ from, to }: CapacityOptions): void {
  if (from <= to) return;
  const message = `--from must not be above --to, but they are ${from}/s and ${to}/s.`;
  throw new SettingsError([{ code: 'min-above-max', subject: '--from', message }]);
}

interface Task extends CapacityTask {
  readonly options: CapacityOptions;
}

function boundsOf({ from, to, precision, step: stepMs, hold: holdMs }: CapacityOptions) {
  return { bounds: { from, to, ratio: 1 + precision }, stepMs, holdMs };
}

function tellBeginning({ log }: CliContext, { job, options }: Task): void {
  const { step, hold } = options;
  const rules = boundsOf(options);
  const steps = `up to ${mostSteps(rules.bounds)} steps of ${formatDuration(step)}, then ${formatDuration(hold)} to hold the result`;
  const whole = `takes about ${formatDuration(longestSearchMs(rules))} at most, or longer if the result cannot be held`;
  log.info(`searching for the capacity of ${job.target.url}: ${steps}`);
  log.info(`${whole}; Ctrl-C stops and shows the result so far`);
}

function exitCodeOf({ isHeld }: Capacity, { reason }: Stop): number {
  if (reason === 'SIGINT' || reason === 'SIGTERM') return exitCodeOfSignal(reason);
  return isHeld ? EXIT.done : EXIT.threshold;
}

async function search(context: CliContext, task: Task) {
  const { session, job, options } = task;
  const { host, clock, log } = context;
  const isJson = options.json === true;
  const own = session.settings.thresholds;
  const thresholds = own.length > 0 ? own : DEFAULT_THRESHOLDS;
  const stop = createStop();
  const progress = watchSteps(context, options);
  const release = onStopSignals(context, {
    first(signal) {
      log.info('stopping after the requests in flight; the result so far follows');
      stop.request(signal);
    },
    second: (signal) => {
      progress.end();
      host.exit(exitCodeOfSignal(signal));
    },
  });
  const { pid, hostname } = host;
  const writeStep = createStepWriter(context, isJson);
  tellBeginning(context, task);
  try {
    const { capacity, failure } = await findCapacity(
      { job, thresholds: thresholdsOf(thresholds), ...boundsOf(options) },
      {
        clock,
        stop,
        self: { pid, hostname },
        onStart: progress.start,
        onStep: (step) => progress.finish(() => writeStep(step)),
        onRest: progress.rest,
      },
    );
    progress.end();
    host.stdout.write(
      isJson ? `${JSON.stringify(capacityLine(capacity, thresholds))}\n` : capacityResultText(capacity),
    );
    const filesExitCode = await writeCapacityFiles(context, task, capacity, thresholds);
    if (failure) throw failure.error;
    context.finish(worstExitCode([filesExitCode, exitCodeOf(capacity, stop)]));
  } finally {
    progress.end();
    release();
  }
}

async function executeCapacity(given: CliContext, options: CapacityOptions): Promise<void> {
  checkBounds(options);
  const context = await withRemotePages(withResultOnOutput(given, options), options);
  const { host, clock, log } = context;
  // The search ends by itself.
  const startedMs = clock.now();
  const read = loadSession(host, 'run', { ...options, for: options.hold }, startedMs);
  logSettings(log, read);
  const session = await withPlugins(host, read, options);
  checkResultFiles(context, options);
  const destinations = await openDestinations(
    context,
    session.targets,
    options.sink === true ? 'real' : 'none',
  );
  try {
    const job = jobOf(session, destinations, clock.now());
    logProxies(context, [job]);
    await confirm(context, job, options);
    await search(context, { session, job, options, startedMs });
  } finally {
    await destinations.close();
  }
}

export function defineCapacity(context: CliContext): Command {
  const command = new Command('capacity')
    .description('find the highest number of visits a day that a server sustains')
    .addOption(valueOption('--from <rate>', 'first rate to try', parseVisitRate).default(1, '1/s'))
    .addOption(valueOption('--to <rate>', 'highest rate to try', parseVisitRate).default(1000, '1000/s'))
    .addOption(
      valueOption('--step <time>', 'how long to try each rate', parseDuration).default(20_000, '20s'),
    )
    .addOption(
      valueOption('--hold <time>', 'how long to hold the result to confirm it', parseDuration).default(
        60_000,
        '60s',
      ),
    )
    .addOption(
      valueOption('--precision <percent>', 'how precise the result must be', parsePart).default(0.03, '3%'),
    )
    .option('--sink', 'use an embedded endpoint instead of a Matomo')
    .option('--json', 'print JSON, one object a line')
    .option('--no-progress', 'do not show a progress bar')
    .option('-y, --yes', 'start without asking for confirmation')
    .addHelpText('after', EXAMPLES);
  addResultFileOptions(command, 'a row for each step');
  addSourceOptions(command);
  const isUseless = [
    'visitRate',
    'visitStages',
    'dailyCap',
    'stopAfterVisits',
    'autoStopAfterHours',
    'visitTiming',
  ];
  addSettingOptions(command, 'run', (row) => !isUseless.includes(row.key));
  addShortHelp(command, ESSENTIALS);
  return command.action((options: CapacityOptions) => executeCapacity(context, options));
}
