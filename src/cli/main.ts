/** The command line: finds the command, loads only what it needs, and turns errors into words and exit codes. */
import { Command, CommanderError, Option } from 'commander';
import { EXIT } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Clock } from '../types/clock.ts';
import type { CliContext, RunObserver } from './context.ts';
import { helpLayout } from './options/help-layout.ts';
import { fitHelp } from './options/help-width.ts';
import { usageProblem } from './options/usage-errors.ts';
import { createLog, LOG_FORMATS } from './output/log.ts';

interface Entry {
  readonly description: string;
  readonly load: () => Promise<(context: CliContext) => Command>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  run: {
    description: 'send live traffic until stopped or a limit is reached',
    load: async () => (await import('./commands/run.ts')).defineRun,
  },
  backfill: {
    description: 'send visits of past days',
    load: async () => (await import('./commands/backfill.ts')).defineBackfill,
  },
  capacity: {
    description: 'find the highest number of visits a day that a server sustains',
    load: async () => (await import('./commands/capacity.ts')).defineCapacity,
  },
  init: {
    description: 'create a settings file in this folder and check it',
    load: async () => (await import('./commands/init.ts')).defineInit,
  },
  validate: {
    description: 'check settings, files, server and permissions; send no visit',
    load: async () => (await import('./commands/validate.ts')).defineValidate,
  },
  verify: {
    description: "compare what was sent with Matomo's reports",
    load: async () => (await import('./commands/verify.ts')).defineVerify,
  },
  history: {
    description: 'list past runs, or show one in detail',
    load: async () => (await import('./commands/history.ts')).defineHistory,
  },
  settings: {
    description: 'show every setting, its value and where the value comes from',
    load: async () => (await import('./commands/settings.ts')).defineSettings,
  },
  preset: {
    description: 'list, show, compare, save and delete presets',
    load: async () => (await import('./commands/preset.ts')).definePreset,
  },
  plugin: {
    description: 'create, list and check plugins: traffic of your own',
    load: async () => (await import('./commands/plugin.ts')).definePlugin,
  },
  'export-funnels': {
    description: 'write funnels as JSON or YAML',
    load: async () => (await import('./commands/export-funnels.ts')).defineExportFunnels,
  },
  sink: {
    description: 'run the embedded Matomo-compatible endpoint by itself',
    load: async () => (await import('./commands/sink.ts')).defineSink,
  },
  worker: {
    description: 'work on the runs of a shared ledger, together with other workers',
    load: async () => (await import('./commands/worker.ts')).defineWorker,
  },
  stop: {
    description: 'end a shared run after the requests in flight',
    load: async () => (await import('./commands/steer.ts')).defineStop,
  },
  pause: {
    description: 'pause a shared live run: hits due meanwhile are skipped',
    load: async () => (await import('./commands/steer.ts')).definePause,
  },
  resume: {
    description: 'let a paused shared run go on',
    load: async () => (await import('./commands/steer.ts')).defineResume,
  },
  serve: {
    description: 'run the control service: a web page and an API',
    load: async () => (await import('./commands/serve.ts')).defineServe,
  },
  completion: {
    description: 'print a completion script for bash, zsh or fish',
    load: async () => {
      const { defineCompletion } = await import('./commands/completion.ts');
      return (context) =>
        defineCompletion(context, () =>
          addCommands(createProgram(context.host), context, Object.keys(COMMANDS)),
        );
    },
  },
  'exit-codes': {
    description: 'explain the exit codes',
    load: async () => (await import('./commands/exit-codes.ts')).defineExitCodes,
  },
};

const EXAMPLES = `
Examples:
  Try it now, without a Matomo:
    $ trafficinator run --preset light --sink --visits-per-day 200000 \\
        --timing compressed --for 20s
  Live traffic for your Matomo:
    $ trafficinator run --preset medium --url https://matomo.example.org --token-file token.txt
  Visits for the last 30 days:
    $ trafficinator backfill --url https://matomo.example.org --token-file token.txt --days-back 30

Exit codes: 0 done, 1 internal error, 2 usage or settings, 3 server unreachable, 4 authentication
failed, 5 threshold missed or hits too late, 6 done with losses, 7 reports differ, 130, 141 and 143
stopped by a signal. More: trafficinator exit-codes
`;

function createProgram(host: Host): Command {
  return new Command('trafficinator')
    .description('Sends realistic, reproducible visits to a Matomo analytics server.')
    .version(host.version, '-V, --version', 'print the version')
    .addOption(new Option('--quiet', 'log errors only').conflicts('verbose'))
    .option('--verbose', 'log more: where settings come from, why hits were not accepted')
    .addOption(
      new Option('--log-format <format>', 'format of log output on standard error').choices(LOG_FORMATS),
    )
    .option('--ledger <url>', 'keep what was sent in PostgreSQL, which several machines share')
    .addHelpText('after', EXAMPLES);
}

/** Gives the program all commands by name; only those that are asked for are loaded. */
async function addCommands(
  program: Command,
  context: CliContext,
  asked: readonly string[],
): Promise<Command> {
  for (const [name, { description, load }] of Object.entries(COMMANDS)) {
    if (asked.includes(name)) program.addCommand((await load())(context));
    else program.command(name).description(description);
  }
  return program;
}

/** Takes output and exits out of commander's hands, for the command and all below it. */
function adopt(command: Command, context: CliContext): void {
  const { host, log } = context;
  command
    .exitOverride()
    .configureHelp({ ...helpLayout, ...command.configureHelp(), showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => host.stdout.write(fitHelp(text, host.stdout.columns)),
      writeErr: host.stderr.write,
      outputError: (text) => {
        const { message, hint } = usageProblem(command, text);
        log.error(message, { code: 'usage', hint });
      },
      getOutHelpWidth: () => host.stdout.columns,
      getErrHelpWidth: () => host.stderr.columns,
    });
  for (const child of command.commands) adopt(child, context);
}

/** The host, with the ledger that the command line names. */
async function withLedger(args: readonly string[], host: Host): Promise<Host> {
  return (await import('./cluster/ledger-address.ts')).withLedgerOf(args, host);
}

/** Carries out one command line. @returns the exit code */
export async function main(
  args: readonly string[],
  given: Host,
  clock: Clock,
  observer?: RunObserver,
): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = createProgram(given);
  const log = createLog(given, clock, () => program.opts());
  try {
    const host = args.some((arg) => arg.startsWith('--ledger')) ? await withLedger(args, given) : given;
    const finish = (code: number) => {
      exitCode = code;
    };
    const context: CliContext = { args, host, clock, log, finish, observer };
    const asked = args.find((arg) => Object.hasOwn(COMMANDS, arg));
    await addCommands(program, context, asked === undefined ? [] : [asked]);
    adopt(program, context);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { reportFailure } = await import('./output/failure.ts');
    return reportFailure(log, error);
  }
}
