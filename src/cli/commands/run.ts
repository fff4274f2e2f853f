/** `trafficinator run`: live traffic. */
import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addShortHelp } from '../options/help-layout.ts';
import { parseDuration, parseWait, valueOption } from '../options/option-values.ts';
import { addSettingOptions } from '../options/setting-options.ts';
import { addTrafficOptions, type TrafficOptions } from '../options/traffic-options.ts';
import { executeTraffic } from '../traffic/traffic.ts';

const EXAMPLES = `
Examples:
  Try it for 20 seconds, without a Matomo:
    $ trafficinator run --preset light --sink --visits-per-day 200000 \\
        --timing compressed --for 20s
  10,000 visits a day for your Matomo, until stopped:
    $ trafficinator run --preset medium --url https://matomo.example.org \\
        --token-file token.txt
  A load test with stages, that fails when the server becomes slow:
    $ trafficinator run --url https://matomo.example.org --token-file token.txt \\
        --timing compressed --stages 2m:1/s,10m:20/s --threshold 'latency.p95<500ms'
`;

/** What most people need. */
const ESSENTIALS = {
  'Where it goes:': ['--url', '--site-id', '--token-file', '--sink'],
  'What is sent:': [
    '--preset',
    '--config',
    '--visits-per-day',
    '--rate',
    '--stages',
    '--timing',
    '--concurrency',
    '--plugin',
    '--seed',
  ],
  'When it ends:': ['--for', '--graceful-stop', '--stop-after', '--threshold'],
  'What you get:': ['--dry-run', '--verify', '--report', '--json', '--help-all'],
};

export function defineRun(context: CliContext): Command {
  const command = new Command('run')
    .description('send live traffic until stopped or a limit is reached')
    .addHelpText('after', EXAMPLES);
  addTrafficOptions(command);
  command.addOption(
    valueOption('--for <time>', 'end after this time, such as 90s, 10m or 2h', parseDuration).helpGroup(
      'Volume and pace:',
    ),
  );
  command.addOption(
    valueOption(
      '--graceful-stop <time>',
      'how long open visits may continue after the end; 0s cuts them off (default: 30s)',
      parseWait,
    ).helpGroup('Volume and pace:'),
  );
  command.option('--fail-if-empty', 'exit code 5 if no visit was due, so that nothing was sent');
  addSettingOptions(command, 'run');
  addShortHelp(command, ESSENTIALS);
  return command.action((options: TrafficOptions) => executeTraffic(context, 'run', options));
}
