/** Options that run and backfill share and that are no settings. */
import { type Command, Option } from 'commander';
import type { InDoubtPolicy } from '../../job/ledger/in-doubt.ts';
import { addResultFileOptions, type ResultFileOptions } from '../files/result-files.ts';
import {
  type Address,
  parseAddress,
  parseCount,
  parseDuration,
  parseShard,
  valueOption,
} from './option-values.ts';
import type { SettingsOptions } from './session.ts';

export interface TrafficOptions extends SettingsOptions, ResultFileOptions {
  readonly shards?: number;
  readonly record?: string;
  readonly metrics?: Address;
  readonly json?: boolean;
  readonly progress?: boolean;
  readonly resume?: boolean;
  readonly again?: boolean;
  readonly inDoubt?: InDoubtPolicy;
  readonly yes?: boolean;
  readonly verify?: boolean;
  /** In ms. */
  readonly wait?: number;
}

/** Where settings come from; also for the commands that only look at them. */
export function addSourceOptions(command: Command): void {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  command
    .addOption(
      new Option('--preset <name>', 'a preset; later ones go before earlier ones').argParser(collect),
    )
    .option('--config <file>', 'settings from a .env or YAML file');
}

export function addTrafficOptions(command: Command): void {
  addSourceOptions(command);
  command
    .option('--sink', 'send to the embedded endpoint, started for this run')
    .option('--dry-run', 'print what would be sent, and send nothing')
    .addOption(valueOption('--shard <i/n>', 'only the i-th of n parts of the traffic', parseShard))
    .addOption(
      valueOption(
        '--shards <n>',
        'n processes that share the traffic, with one summary',
        parseCount,
      ).conflicts('shard'),
    )
    .option('--record <file>', 'write each request as one JSON object a line, without the token')
    .option('--verify', "compare with Matomo's reports at the end; exit code 7 when they differ")
    .addOption(
      valueOption(
        '--wait <time>',
        'with --verify: wait so long for the reports to catch up',
        parseDuration,
      ).implies({ verify: true }),
    )
    .addOption(
      valueOption(
        '--metrics <address>',
        'serve Prometheus metrics at this port of 127.0.0.1, or at host:port',
        parseAddress,
      ),
    )
    .option('--json', 'summaries as one JSON object a line')
    .option('--no-progress', 'no progress bar');
  addResultFileOptions(command, 'a row for each day and target');
}
