/** `trafficinator run`: live traffic. */
import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { parseDuration, parseWait, valueOption } from '../options/option-values.ts';
import { addSettingOptions } from '../options/setting-options.ts';
import { addTrafficOptions, type TrafficOptions } from '../options/traffic-options.ts';
import { executeTraffic } from '../traffic/traffic.ts';

const EXAMPLES = `
Examples:
  Try it at once, on the embedded endpoint, for 20 seconds:
    $ trafficinator run --preset light --sink --visits-per-day 200000 --for 20s
  10,000 visits a day for a Matomo server, until stopped:
    $ trafficinator run --preset medium --url https://matomo.example.org --token-file token.txt
  See what a day would bring, and send nothing:
    $ trafficinator run --preset heavy --dry-run
  One JSON object a line, for scripts:
    $ trafficinator run --preset light --sink --stop-after 5 --timing compressed --json
`;

export function defineRun(context: CliContext): Command {
  const command = new Command('run')
    .description('send live traffic until stopped, capped or done')
    .addHelpText('after', EXAMPLES);
  addTrafficOptions(command);
  command.addOption(
    valueOption('--for <time>', 'end after 90s, 10m, 2h …', parseDuration).helpGroup('Volume and pace:'),
  );
  command.addOption(
    valueOption(
      '--graceful-stop <time>',
      'with an end: how long the visits under way may go on after it; 0s cuts them off (default: 30s)',
      parseWait,
    ).helpGroup('Volume and pace:'),
  );
  addSettingOptions(command, 'run');
  return command.action((options: TrafficOptions) => executeTraffic(context, 'run', options));
}
