/** The command line: finds the command, loads only what it needs, and turns errors into words and exit codes. */
import { Command, CommanderError } from 'commander';
import { EXIT } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Clock } from '../types.ts';
import type { CliContext } from './context.ts';

interface Entry {
  readonly description: string;
  readonly load: () => Promise<(context: CliContext) => Command>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  run: {
    description: 'send live traffic until stopped, capped or done',
    load: async () => (await import('./run.ts')).defineRun,
  },
  backfill: {
    description: 'send the visits of past days',
    load: async () => (await import('./backfill.ts')).defineBackfill,
  },
  validate: {
    description: 'check settings, files and the target, without sending a visit',
    load: async () => (await import('./validate.ts')).defineValidate,
  },
  verify: {
    description: "compare what was sent with what Matomo's reports show",
    load: async () => (await import('./verify.ts')).defineVerify,
  },
  history: {
    description: 'past runs',
    load: async () => (await import('./history.ts')).defineHistory,
  },
  settings: {
    description: 'every setting with its value and where that comes from',
    load: async () => (await import('./settings.ts')).defineSettings,
  },
  preset: {
    description: 'list, show, compare, save and delete presets',
    load: async () => (await import('./preset.ts')).definePreset,
  },
  'export-funnels': {
    description: 'write funnels as JSON or YAML',
    load: async () => (await import('./export-funnels.ts')).defineExportFunnels,
  },
  sink: {
    description: 'run the embedded Matomo-compatible endpoint on its own',
    load: async () => (await import('./sink.ts')).defineSink,
  },
  completion: {
    description: 'print a script that makes a shell complete commands and flags',
    load: async () => {
      const { defineCompletion } = await import('./completion.ts');
      return (context) => defineCompletion(context, () => defineProgram(context, Object.keys(COMMANDS)));
    },
  },
  'exit-codes': {
    description: 'what each exit code means',
    load: async () => (await import('./exit-codes.ts')).defineExitCodes,
  },
};

const EXAMPLES = `
Examples:
  Try it at once, on the embedded endpoint:
    $ trafficinator run --preset light --sink --visits-per-day 200000 --for 20s
  Live traffic for a Matomo server:
    $ trafficinator run --preset medium --url https://matomo.example.org --token-file token.txt
  The last 30 days:
    $ trafficinator backfill --url https://matomo.example.org --token-file token.txt --days-back 30

Exit codes: 0 done, 1 internal error, 2 usage or settings, 3 target unreachable, 4 authentication
refused, 5 rate not reached, 6 delivered with losses, 7 verification found
a difference, 130, 141 and 143 stopped by a signal.
`;

/** All commands by name; only those that are asked for are loaded. */
async function defineProgram(context: CliContext, asked: readonly unknown[]): Promise<Command> {
  const program = new Command('trafficinator')
    .description('Sends realistic, reproducible visits to a Matomo analytics server.')
    .option('-V, --version', 'print the version')
    .addHelpText('after', EXAMPLES);
  for (const [name, { description, load }] of Object.entries(COMMANDS)) {
    if (asked.includes(name)) program.addCommand((await load())(context));
    else program.command(name).description(description);
  }
  return program;
}

/** What is given with an unknown option may be a token: it is not told. */
function withoutValue(text: string): string {
  const hint = /^error: unknown option '--(matomo-)?token(?!-file)/.test(text)
    ? '  hint: A token does not belong on a command line: --token-file names the file that holds it.\n'
    : '';
  return text.replace(/(unknown option '--[^'=]*)=.*'/s, "$1'") + hint;
}

/** Takes output and exits out of commander's hands, for the command and all below it. */
function adopt(command: Command, host: Host): void {
  command.exitOverride().configureOutput({
    writeOut: host.stdout.write,
    writeErr: host.stderr.write,
    outputError: (text, write) => write(withoutValue(text)),
    getOutHelpWidth: () => host.stdout.columns,
    getErrHelpWidth: () => host.stderr.columns,
  });
  for (const child of command.commands) adopt(child, host);
}

/** Carries out one command line. @returns the exit code */
export async function main(args: readonly string[], host: Host, clock: Clock): Promise<number> {
  let exitCode: number = EXIT.done;
  const context: CliContext = {
    host,
    clock,
    finish: (code) => {
      exitCode = code;
    },
  };
  const asked = args[0] === 'help' ? args[1] : args.find((arg) => !arg.startsWith('-'));
  const program = await defineProgram(context, [asked]);
  adopt(program, host);
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { reportFailure } = await import('./failure.ts');
    return reportFailure(host, error);
  }
}
