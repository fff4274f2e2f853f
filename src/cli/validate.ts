/** `trafficinator validate`: settings, files and the target, without sending a visit. */
import { Command } from 'commander';
import { trafficSettings } from '../config/traffic.ts';
import { probeTarget } from '../matomo/probe.ts';
import type { CliContext } from './context.ts';
import { createPalette } from './palette.ts';
import { loadSession, type SettingsOptions } from './session.ts';
import { addSettingOptions } from './setting-options.ts';
import { addSourceOptions } from './traffic-options.ts';

interface ValidateOptions extends SettingsOptions {
  readonly skipConnection?: boolean;
}

const EXAMPLES = `
Examples:
  Settings, files and the target, as a pipeline step:
    $ trafficinator validate --preset medium --url https://matomo.example.org --token-file token.txt
  Only the settings and files:
    $ trafficinator validate --config shop.yaml --skip-connection
`;

async function executeValidate(context: CliContext, options: ValidateOptions): Promise<void> {
  const { host, clock } = context;
  const { green, yellow, dim } = createPalette(host, host.stdout);
  const session = loadSession(
    host,
    'run',
    { ...options, sink: options.skipConnection === true },
    clock.now(),
  );
  const { settings, files, warnings } = session;
  const say = (text: string) => host.stdout.write(`${green('ok')}       ${text}\n`);
  say(`settings: ${settings.visitsPerDay} visits a day, ${settings.timezone}, site ${settings.siteId}`);
  say(
    `files: ${files.pages.length} pages, ${files.journeys.funnels.length} funnels, ${files.journeys.personas.length} personas`,
  );
  for (const { message, hint } of warnings) {
    host.stdout.write(`${yellow('warning')}  ${message}\n`);
    if (hint !== undefined) host.stdout.write(`${dim('  hint')}   ${hint}\n`);
  }
  if (options.skipConnection === true || settings.matomoUrl === undefined) return;
  const traffic = trafficSettings(settings, 'run', files, settings.tokenAuth !== undefined);
  await probeTarget({
    url: settings.matomoUrl,
    siteId: settings.siteId,
    token: settings.tokenAuth,
    hasPlaces: traffic.hasPlaces,
    oldestSeconds: undefined,
    connectTimeoutMs: settings.connectTimeoutSeconds * 1000,
    responseTimeoutMs: settings.responseTimeoutSeconds * 1000,
  });
  const rights = traffic.hasPlaces ? ", and visitors' places with this token" : '';
  say(`target: ${settings.matomoUrl} takes hits for site ${settings.siteId}${rights}`);
}

export function defineValidate(context: CliContext): Command {
  const command = new Command('validate')
    .description('check settings, files and the target, without sending a visit')
    .option('--skip-connection', 'settings and files only')
    .addHelpText('after', EXAMPLES);
  addSourceOptions(command);
  addSettingOptions(command, 'run');
  return command.action((options: ValidateOptions) => executeValidate(context, options));
}
