/** `trafficinator export-funnels`: the funnels in force, as a file for `FUNNEL_CONFIG_PATH`. */
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { funnelToRecord } from '../config/funnels.ts';
import type { CliContext } from './context.ts';
import { fileError } from './failure.ts';
import { loadSession, type SettingsOptions } from './session.ts';
import { addSourceOptions } from './traffic-options.ts';

interface ExportOptions extends SettingsOptions {
  readonly format: 'json' | 'yaml';
  readonly output?: string;
}

export function defineExportFunnels(context: CliContext): Command {
  const { host, clock } = context;
  const command = new Command('export-funnels')
    .description('write the funnels in force as JSON or YAML')
    .addOption(new Option('--format <format>', 'format').choices(['json', 'yaml']).default('json'))
    .option('--output <file>', 'a file instead of standard output')
    .option('--funnel-config-path <path>', 'a JSON or YAML file, or a folder of either')
    .addHelpText(
      'after',
      `
Examples:
  $ trafficinator export-funnels > funnels.json
  $ trafficinator export-funnels --format yaml --output my-funnels.yaml
`,
    );
  addSourceOptions(command);
  return command.action((options: ExportOptions) => {
    const { files } = loadSession(host, 'run', { ...options, sink: true }, clock.now());
    const records = files.journeys.funnels.map(funnelToRecord);
    const text = options.format === 'yaml' ? stringify(records) : `${JSON.stringify(records, null, 2)}\n`;
    if (options.output === undefined) return host.stdout.write(text);
    try {
      host.writeFile(options.output, text);
    } catch (error) {
      throw fileError('--output', options.output, error);
    }
  });
}
