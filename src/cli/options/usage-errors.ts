/** What is wrong with a command line, in commander's words, but without values: one of them may be a token. */
import type { Command } from 'commander';
import { closestName, nameDistance } from '../../config/schema/problem-text.ts';
import { pointerOf } from './flag-pointers.ts';

const MOST_SLIPS = 3;

function flagsOf(command: Command): string[] {
  const options = command.createHelp().visibleOptions(command);
  const own = options.flatMap(({ long }) => long ?? []);
  return command.parent ? [...own, ...flagsOf(command.parent)] : own;
}

/** Commander takes `--flag=value` as a whole for the name, and then finds nothing like it. */
function closestFlag(command: Command, flag: string): string | undefined {
  const closest = closestName(flag, flagsOf(command));
  return closest !== undefined && nameDistance(flag, closest) <= MOST_SLIPS ? closest : undefined;
}

function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}

/** @param text as commander would print it */
export function usageProblem(command: Command, text: string): { message: string; hint: string } {
  const said = text.trim().replace(/^error: /, '');
  const [, flag, hasValue] = /^unknown option '([^'=]*)(=?)/.exec(said) ?? [];
  const [, words = said, suggestion] = /^(.*?)(?:\n\((.*)\))?$/s.exec(said) ?? [];
  const message = flag === undefined ? words : `unknown option '${flag}'`;
  if (flag !== undefined && /^--(matomo-)?token(?!-file)/.test(flag)) {
    const hint = 'Save the token in a file and use --token-file, because other users can see command lines.';
    return { message, hint };
  }
  const pointer = flag === undefined ? undefined : pointerOf(command.name(), flag, flagsOf(command));
  if (pointer !== undefined) return { message, hint: pointer };
  const closest = hasValue ? closestFlag(command, flag ?? '') : undefined;
  if (closest !== undefined) return { message, hint: `Did you mean ${closest}?` };
  return { message, hint: suggestion ?? `See ${commandPath(command)} --help.` };
}
