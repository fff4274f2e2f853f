/** Options that run and backfill share and that are no settings. */
import { type Command, Option } from 'commander';
import type { InDoubtPolicy } from '../../job/ledger/in-doubt.ts';
import type { EXISTING_POLICIES, ExistingPolicy } from '../../job/ledger/windows-to-send.ts';
import { addResultFileOptions, type ResultFileOptions } from '../files/result-files.ts';
import {
  type Address,
  parseAddress,
  parseDuration,
  parseShard,
  parseShards,
  valueOption,
} from './option-values.ts';
import type { SettingsOptions } from './session.ts';

export interface TrafficOptions extends SettingsOptions, ResultFileOptions {
  /** `auto` is the default. */
  readonly shards?: number | 'auto';
  readonly record?: string;
  readonly metrics?: Address;
  readonly json?: boolean;
  readonly progress?: boolean;
  /** Or the number of a run. */
  readonly resume?: boolean | string;
  readonly again?: boolean;
  /** Number of a run. */
  readonly againFrom?: number;
  readonly existing?: (typeof EXISTING_POLICIES)[number];
  /** Days, counted back from yesterday. */
  readonly catchUp?: number;
  readonly failIfEmpty?: boolean;
  readonly inDoubt?: InDoubtPolicy;
  readonly yes?: boolean;
  /** The run is left to workers. */
  readonly force?: boolean;
  readonly verify?: boolean;
  /** In ms. */
  readonly wait?: number;
}

/** What is to become of days that were sent before. */
export function existingOf({ existing, resume, again, catchUp }: TrafficOptions): ExistingPolicy {
  // With a run to go on with, `--again` speaks of the days of it that others have sent since.
  if (resume !== undefined && resume !== false) return 'resume';
  if (again === true) return 'again';
  return existing ?? (catchUp === undefined ? 'fail' : 'skip');
}

/** Where settings come from; also for the commands that only look at them. */
export function addSourceOptions(command: Command): void {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  command
    .addOption(
      new Option('-p, --preset <name>', 'use a preset; later presets override earlier ones').argParser(
        collect,
      ),
    )
    .option('-c, --config <file>', 'read settings from a .env or YAML file')
    .option('--no-config', 'ignore the trafficinator.yaml or trafficinator.env of this folder');
}

export function addTrafficOptions(command: Command): void {
  addSourceOptions(command);
  command
    .option('--sink', 'send to an embedded endpoint instead of a Matomo')
    .option('--dry-run', 'preview what would be sent, and send nothing')
    .option('--force', "send even if the site's settings would make its reports wrong")
    .addOption(valueOption('--shard <i/n>', 'send only part i of n of the traffic', parseShard))
    .addOption(
      valueOption(
        '--shards <n>',
        'share the traffic among n processes; auto (the default): as many as pay',
        parseShards,
      ).conflicts('shard'),
    )
    .addOption(
      new Option('--detach', 'with --ledger: leave the run to workers, and print its number').conflicts([
        'sink',
        'dryRun',
        'record',
        'verify',
      ]),
    )
    .option('--record <file>', 'write each request to a file as JSON, without the token')
    .option('--verify', "compare with Matomo's reports at the end; exit code 7 if they differ")
    .addOption(
      valueOption(
        '--wait <time>',
        'with --verify: how long to wait for the reports to catch up',
        parseDuration,
      ).implies({ verify: true }),
    )
    .addOption(
      valueOption(
        '--metrics <address>',
        'serve Prometheus metrics at this port (of 127.0.0.1) or host:port',
        parseAddress,
      ),
    )
    .option('--json', 'print summaries as JSON, one object a line')
    .option('--no-progress', 'do not show a progress bar');
  addResultFileOptions(command, 'a row for each day and target');
}
