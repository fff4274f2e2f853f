/** `trafficinator preset`: the presets, ours and the user's. */
import { Command } from 'commander';
import { listPresets, readPreset } from '../config/presets.ts';
import type { CliContext } from './context.ts';

export function definePreset(context: CliContext): Command {
  const { host } = context;
  const preset = new Command('preset').description('list and show presets').addHelpText(
    'after',
    `
Examples:
  $ trafficinator preset list
  $ trafficinator preset show medium
`,
  );
  preset
    .command('list')
    .description('all presets, one a line')
    .action(() => {
      const presets = listPresets(host);
      const width = Math.max(...presets.map(({ name }) => name.length));
      for (const { name, isBuiltIn, path } of presets) {
        host.stdout.write(`${name.padEnd(width)}  ${isBuiltIn ? 'built in' : path}\n`);
      }
    });
  preset
    .command('show <name>')
    .description('the settings of one preset, as .env')
    .action((name: string) => {
      const { text } = readPreset(host, name);
      host.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    });
  return preset;
}
