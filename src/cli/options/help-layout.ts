/** How help looks: what most people need first, within the width of the terminal. */
import { type Command, Help, type Option } from 'commander';
import { readableWidth, wrapWords } from './help-width.ts';

/** Names of flags stand in a column of at most so many places; after a longer one comes a new line. */
const MOST_TERM = 26;
const TERM_INDENT = 2;
const GAP = 2;

/** Flags by their headings, in the order in which they are shown. */
export type Essentials = Readonly<Record<string, readonly string[]>>;

const essentialsOf = new WeakMap<Command, Essentials>();
const shownInFull = new WeakSet<Command>();

/** Has the command's help show these flags alone, and `--help-all` every flag. */
export function addShortHelp(command: Command, essentials: Essentials): void {
  essentialsOf.set(command, essentials);
  command.option('--help-all', 'show every flag and its environment variable');
  command.on('option:help-all', () => {
    shownInFull.add(command);
    command.help();
  });
}

function item(term: string, termWidth: number, description: string, helper: Help): string {
  const indent = TERM_INDENT + termWidth + GAP;
  const begin = `${' '.repeat(TERM_INDENT)}${term}`;
  if (description === '') return begin;
  const text = helper.preformatted(description)
    ? description
    : wrapWords(description.split(/\s+/), readableWidth(helper.helpWidth), indent);
  return term.length > termWidth
    ? `${begin}\n${' '.repeat(indent)}${text}`
    : `${begin.padEnd(indent)}${text}`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The description as a sentence of its own, with the value that holds where none is given. */
function describe({ description, defaultValue, defaultValueDescription }: Option): string {
  const text = capitalised(description);
  if (defaultValue === undefined || typeof defaultValue === 'boolean') return text;
  return `${text} (default: ${defaultValueDescription ?? String(defaultValue)})`;
}

/** The first sentence, and which values there are. */
function brief(description: string): string {
  const [, text = '', values = ''] = /^(.*?)((?: \([^()]*\))?)(?: \[[A-Z_0-9]+\])?$/s.exec(description) ?? [];
  const [first = ''] = text.split(/(?<=\.)\s/);
  return `${first.replace(/\.$/, '')}${values}`;
}

function shortHelp(command: Command, helper: Help, essentials: Essentials): string {
  const all = [...helper.visibleOptions(command), ...helper.visibleGlobalOptions(command)];
  const groups = Object.entries(essentials).map(([heading, names]) => {
    const options = names.map((name) => {
      const option = all.find(({ long }) => long === name);
      if (!option) throw new Error(`${command.name()} has no ${name}`);
      return item(helper.optionTerm(option), MOST_TERM, brief(helper.optionDescription(option)), helper);
    });
    return `${heading}\n${options.join('\n')}\n`;
  });
  const usage = `Usage: ${helper.commandUsage(command)}\n`;
  return [usage, `${helper.commandDescription(command)}\n`, ...groups].join('\n');
}

/** For every command. */
export const helpLayout = {
  padWidth: (command: Command, helper: Help) =>
    Math.min(MOST_TERM, Help.prototype.padWidth.call(helper, command, helper)),
  commandDescription: (command: Command) => capitalised(command.description()),
  subcommandDescription: (command: Command) => capitalised(command.summary() || command.description()),
  optionDescription: describe,
  formatItem: item,
  formatHelp(command: Command, helper: Help): string {
    const essentials = shownInFull.has(command) ? undefined : essentialsOf.get(command);
    return essentials
      ? shortHelp(command, helper, essentials)
      : Help.prototype.formatHelp.call(helper, command, helper);
  },
};
