/** `trafficinator help exit-codes`: what each exit code means to a script. */
import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { fitHelp } from '../options/help-width.ts';

const TOPIC = `Exit codes

    0  done: every planned hit was accepted, or there was nothing to do
    1  internal error: a defect, or standard output or a result file could not be written
    2  usage or settings: nothing was sent; every problem is told with its origin
    3  target: not reachable, not ready, or not what the settings say
    4  authentication: a token or key is missing, refused or may too little
    5  a threshold was missed, or live hits were too late and were skipped
    6  delivered with losses: hits were rejected, failed or have no known outcome
    7  verification found a difference between what was sent and the reports
  130  stopped by SIGINT (Ctrl-C); hits in flight had finished, unless it came twice
  141  standard output was closed by its reader, such as | head -1
  143  stopped by SIGTERM

Examples:
  Fail a pipeline on anything but a complete delivery:
    $ trafficinator backfill --sink --days-back 1 --visits-per-day 100 || exit 1
  Tell wrong settings from a target that is down:
    $ trafficinator validate --url https://matomo.example.org; echo $?
`;

export function defineExitCodes({ host }: CliContext): Command {
  return new Command('exit-codes')
    .description('what each exit code means')
    .configureHelp({ formatHelp: () => TOPIC })
    .action(() => host.stdout.write(fitHelp(TOPIC, host.stdout.columns)));
}
