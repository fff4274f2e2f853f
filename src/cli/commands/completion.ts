/** `trafficinator completion`: scripts with which shells complete commands, flags and their values. */
import { Argument, Command, type Option } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import type { FlagValue, PositionShape } from '../completion/positions.ts';
import { zshScript } from '../completion/zsh.ts';
import type { CliContext } from '../context.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

const EXAMPLES = `
Examples:
  bash, in ~/.bashrc:
    source <(trafficinator completion bash)
  zsh, in a folder of your $fpath:
    $ trafficinator completion zsh > ~/.zfunc/_trafficinator
  fish:
    $ trafficinator completion fish > ~/.config/fish/completions/trafficinator.fish
`;

const FILE_FLAG = /^--(config|record|output|report|summary|csv|junit|funnel-config-path|.*-file)$/;

function flagValue(option: Option): FlagValue {
  if (option.argChoices !== undefined) return { kind: 'choice', choices: option.argChoices };
  if (!option.required && !option.optional) return { kind: 'none' };
  if (option.long === '--preset') return { kind: 'preset' };
  return { kind: FILE_FLAG.test(option.long ?? '') ? 'file' : 'any' };
}

/** The first sentence is enough in a list of suggestions. */
function brief(description: string): string {
  return (description.split(/[.;:] | [[(]/)[0] ?? '').trim().replace(/\.$/, '');
}

/** Options of the program itself that every command takes. */
function optionsForAll({ parent }: Command): readonly Option[] {
  if (!parent) return [];
  return parent.parent ? optionsForAll(parent) : parent.options.filter(({ long }) => long !== '--version');
}

function positionOf(command: Command, path: readonly string[]): PositionShape {
  const help = command.createHelp();
  const words = help
    .visibleCommands(command)
    .map((child) => ({ name: child.name(), description: brief(child.description()) }));
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  return {
    path,
    words: [...words, ...choices.map((name) => ({ name, description: '' }))],
    flags: [...help.visibleOptions(command), ...optionsForAll(command)].flatMap((option) => {
      const { long, description } = option;
      return long ? { long, description: brief(description), value: flagValue(option) } : [];
    }),
    takesPreset: path[0] === 'preset' && command.registeredArguments.length > 0 && path[1] !== 'save',
  };
}

/** The position of the command and those of all below it. */
function positionsBelow(command: Command, path: readonly string[]): PositionShape[] {
  const below = command.commands.flatMap((child) => positionsBelow(child, [...path, child.name()]));
  return [positionOf(command, path), ...below];
}

/** Every position of the command line; `help` is followed by the names of commands. */
function positionsOf(program: Command): PositionShape[] {
  const positions = positionsBelow(program, []);
  const words = (positions[0]?.words ?? []).filter(({ name }) => name !== 'help');
  return [...positions, { path: ['help'], words, flags: [], takesPreset: false }];
}

/** @param defineAll the whole command line, with every command loaded */
export function defineCompletion({ host }: CliContext, defineAll: () => Promise<Command>): Command {
  return new Command('completion')
    .description('print a completion script for bash, zsh or fish')
    .addArgument(new Argument('<shell>', 'your shell').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: Shell) => {
      host.stdout.write(SCRIPTS[shell](positionsOf(await defineAll())));
    });
}
