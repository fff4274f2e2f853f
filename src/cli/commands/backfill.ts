/** `trafficinator backfill`: visits of past days. */
import { Command, Option } from 'commander';
import { IN_DOUBT_POLICIES } from '../../job/ledger/in-doubt.ts';
import { EXISTING_POLICIES } from '../../job/ledger/windows-to-send.ts';
import type { CliContext } from '../context.ts';
import { addShortHelp } from '../options/help-layout.ts';
import { parseCatchUp, parseCount, valueOption } from '../options/option-values.ts';
import { addSettingOptions } from '../options/setting-options.ts';
import { addTrafficOptions, type TrafficOptions } from '../options/traffic-options.ts';
import { executeTraffic } from '../traffic/traffic.ts';

const EXAMPLES = `
Examples:
  Try it now, without a Matomo: the last seven days, 500 visits each:
    $ trafficinator backfill --sink --days-back 7 --visits-per-day 500
  Two weeks of October for your Matomo:
    $ trafficinator backfill --url https://matomo.example.org --token-file token.txt \\
        --from 2026-10-01 --to 2026-10-14 --visits-per-day 1000
  Preview what would be sent, and send nothing:
    $ trafficinator backfill --days-back 30 --dry-run
`;

/** What most people need. */
const ESSENTIALS = {
  'Where it goes:': ['--url', '--site-id', '--token-file', '--sink'],
  'Which days:': ['--days-back', '--days', '--from', '--to'],
  'What is sent:': ['--preset', '--config', '--visits-per-day', '--max-visits', '--plugin', '--seed'],
  'How it starts:': ['--yes', '--resume', '--existing', '--catch-up'],
  'What you get:': ['--dry-run', '--verify', '--report', '--json', '--help-all'],
};

export function defineBackfill(context: CliContext): Command {
  const command = new Command('backfill')
    .description('send visits of past days')
    .addHelpText('after', EXAMPLES);
  addTrafficOptions(command);
  command
    .option('--yes', 'start without asking for confirmation (without a terminal nothing is asked)')
    .addOption(
      new Option(
        '--existing <policy>',
        'days that were sent before: refuse the window, skip these days, or send them again',
      )
        .choices(EXISTING_POLICIES)
        .conflicts(['resume', 'again']),
    )
    .addOption(
      new Option(
        '--resume [run]',
        'continue an interrupted backfill; with the number of a run, its days and settings are used',
      ),
    )
    .option('--again', 'short for --existing again')
    .addOption(
      valueOption(
        '--again-from <run>',
        'with --again: continue the run that has begun it, which has this number or a higher one',
        parseCount,
      ).hideHelp(),
    )
    .addOption(
      valueOption(
        '--catch-up <days>',
        'send those of the last days that were not sent, and finish what was interrupted',
        parseCatchUp,
      ).conflicts(['resume', 'again', 'existing', 'from', 'to', 'daysBack', 'days']),
    )
    .addOption(
      new Option(
        '--in-doubt <policy>',
        'with --resume, for requests that got no response: ask Matomo, resend or skip',
      )
        .choices(IN_DOUBT_POLICIES)
        .default('ask'),
    );
  addSettingOptions(command, 'backfill');
  addShortHelp(command, ESSENTIALS);
  return command.action((options: TrafficOptions) => executeTraffic(context, 'backfill', options));
}
