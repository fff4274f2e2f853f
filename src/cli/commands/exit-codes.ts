/** `trafficinator help exit-codes`: what each exit code means to a script. */
import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { fitHelp } from '../options/help-width.ts';

const TOPIC = `Exit codes

    0  done: every planned hit was accepted, or there was nothing to do
    1  internal error: a bug, or output could not be written, as on a full disk
    2  wrong usage, or settings that are wrong or do not fit the site: nothing was sent
    3  server: unreachable, not ready, or not a Matomo
    4  authentication: a token or key is missing, wrong or lacks permission
    5  a threshold was missed, or live hits were too late and were skipped
    6  done with losses: hits were rejected, failed or got no response
    7  verification: Matomo's reports differ from what was sent
  130  stopped by SIGINT (Ctrl-C), after the requests in flight had finished
  141  standard output was closed by the program that read it, such as | head -1
  143  stopped by SIGTERM, after the requests in flight had finished

Examples:
  Stop a script unless every hit was accepted:
    $ trafficinator backfill --sink --days-back 1 --visits-per-day 100 || exit 1
  Tell wrong settings (2) from a server that is down (3):
    $ trafficinator validate --url https://matomo.example.org; echo $?
`;

export function defineExitCodes({ host }: CliContext): Command {
  return new Command('exit-codes')
    .description('explain the exit codes')
    .configureHelp({ formatHelp: () => TOPIC })
    .action(() => host.stdout.write(fitHelp(TOPIC, host.stdout.columns)));
}
