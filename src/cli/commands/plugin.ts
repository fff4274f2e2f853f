/** `trafficinator plugin`: plugins to start from, those in force, and what is right or wrong with one. */
import { join } from 'node:path';
import { Command } from 'commander';
import { trafficSettings } from '../../config/rules/traffic-settings.ts';
import type { Setting, SettingKey } from '../../config/schema/settings.ts';
import { EXIT, UserError } from '../../errors.ts';
import { createCalendar } from '../../plan/days/calendar.ts';
import type { HookTime } from '../../plan/plugins/extensions.ts';
import type { LoadedPlugin } from '../../plugin/load.ts';
import { isPluginName } from '../../plugin/registration.ts';
import { pluginTemplate } from '../../plugin/template.ts';
import { formatNumber } from '../../report/format.ts';
import type { JourneyCatalogue } from '../../types/content/journeys.ts';
import type { CliContext } from '../context.ts';
import { loadSession, type Session, type SettingsOptions } from '../options/session.ts';
import { withPlugins } from '../options/session-plugins.ts';
import { addSettingOptions } from '../options/setting-options.ts';
import { addSourceOptions } from '../options/traffic-options.ts';
import { wrapped } from '../output/line-wrap.ts';
import { logSlowHook } from '../output/messages/slow-hook.ts';
import { pluginFacts } from '../output/plugin-facts.ts';
import { dayText, otherDaysText } from '../output/plugin-shares-text.ts';
import { planTwice } from '../processes/plugin-check.ts';
import { planShares } from '../processes/plugin-shares.ts';

const EXAMPLES = `
Examples:
  A plugin that works, with its test:
    $ trafficinator plugin new rating
  Check it: what it adds, and whether its visits are the same in every run:
    $ trafficinator plugin check ./rating.mjs
  Send a day with it to the embedded endpoint:
    $ trafficinator backfill --sink --plugin ./rating.mjs --days-back 1
  The plugins that a run in this folder would use:
    $ trafficinator plugin list

docs/plugins.md explains every hook.
`;

/** Settings beside those of visits and orders that shape a day. */
const OF_DAYS: ReadonlySet<SettingKey> = new Set<SettingKey>([
  'timezone',
  'currency',
  'visitsPerDay',
  'volumeMode',
  'trafficShape',
  'activeHours',
  'declaredEvents',
  'seed',
]);

function createNew({ host, log }: CliContext, name: string): void {
  if (!isPluginName(name)) {
    throw new UserError(`The name of a plugin must have small letters, digits and dashes, but is ${name}.`, {
      code: 'plugin-name',
      exitCode: EXIT.usage,
      hint: 'For example: trafficinator plugin new support-site',
    });
  }
  const files = pluginTemplate(name);
  const taken = files.find((file) => host.exists(join(host.cwd, file.name)));
  if (taken) {
    throw new UserError(`${taken.name} is in this folder already.`, {
      code: 'file-exists',
      exitCode: EXIT.usage,
      hint: 'Use another name, or remove the file.',
    });
  }
  for (const file of files) host.writeFile(join(host.cwd, file.name), file.text);
  host.stdout.write(`${files.map((file) => file.name).join('\n')}\n`);
  log.info(`next: trafficinator plugin check ./${name}.mjs`, { code: 'next-step' });
}

function print({ host }: CliContext, loaded: LoadedPlugin, isJson: boolean): void {
  const facts = pluginFacts(loaded);
  if (isJson) {
    const { schema: optionsSchema, ...others } = facts;
    const { files: digest } = loaded.identity;
    const record = { schema: 1, type: 'plugin', ...others, path: loaded.source.path, digest, optionsSchema };
    host.stdout.write(`${JSON.stringify(record)}\n`);
    return;
  }
  const hooks = Object.entries(facts.hooks).map(
    ([kind, names]) => `  ${kind.padEnd(11)} ${names.join(', ')}\n`,
  );
  const { description } = facts;
  const about = description === null ? '' : `  ${wrapped(host.stdout, description, 2, 2)}\n`;
  host.stdout.write(`${facts.name} ${facts.version}  ${facts.use}\n${about}${hooks.join('')}`);
  if (Object.keys(facts.options).length > 0)
    host.stdout.write(`  options     ${JSON.stringify(facts.options)}\n`);
}

type PluginOptions = SettingsOptions & { readonly json?: boolean };

async function sessionOf({ host, clock }: CliContext, options: PluginOptions): Promise<Session> {
  const own = { ...options, sink: true, for: 1000 };
  return withPlugins(host, loadSession(host, 'run', own, clock.now()), options);
}

async function list(context: CliContext, options: PluginOptions): Promise<void> {
  const { plugins } = await sessionOf(context, options);
  if (!plugins) {
    context.log.info('no plugins: name them in PLUGINS, in plugins: of a settings file, or with --plugin');
    return;
  }
  for (const loaded of plugins.all) print(context, loaded, options.json === true);
}

async function check(context: CliContext, module: string, options: PluginOptions): Promise<void> {
  const { host, clock } = context;
  const session = await sessionOf(context, { ...options, plugin: [module] });
  const { settings, files, plugins } = session;
  if (!plugins) return;
  plugins.extensions.onSlowHook(({ text }) => logSlowHook(context.log, text));
  const isJson = options.json === true;
  for (const loaded of plugins.all) print(context, loaded, isJson);
  const { date } = createCalendar(settings.timezone).dayAt(clock.now());
  const traffic = trafficSettings(settings, 'run', files, true);
  const { day, others } = planShares(traffic, plugins.extensions, date);
  const twice = await planTwice(host, traffic, plugins, date);
  const { times } = plugins.extensions;
  if (isJson) {
    const { date: _, ...visits } = day;
    const hooks = times.all.map(({ place: { plugin, kind, name }, calls, ms }) => ({
      ...{ plugin, kind, name, calls },
      totalMs: Math.round(ms),
    }));
    const record = {
      schema: 1,
      type: 'plugin-check',
      date,
      plannedTwice: twice,
      visits,
      otherDays: others,
      hooks,
    };
    host.stdout.write(`${JSON.stringify({ ...record, planningMs: Math.round(times.planningMs) })}\n`);
    return;
  }
  host.stdout.write('\n');
  for (const text of dayText(day).trimEnd().split('\n'))
    host.stdout.write(`${wrapped(host.stdout, text, 0, 4)}\n`);
  host.stdout.write(
    `${formatNumber(twice)} of them planned again, in another order and process, are the same.\n`,
  );
  host.stdout.write(otherDaysText(others));
  for (const time of times.all) {
    const unused = unusedStepText(time, files.journeys);
    const text = `${hookTimeText(time, times.planningMs)}${unused}`;
    host.stdout.write(`${wrapped(host.stdout, text, 0, 4)}\n`);
  }
}

/** Why a type of funnel step was not called: no funnel has one. Empty for all other hooks. */
function unusedStepText(
  { place: { plugin, kind, name }, calls }: HookTime,
  { funnels }: JourneyCatalogue,
): string {
  const type = `${plugin}/${name}`;
  const isUsed = funnels.some(({ enabled, steps }) =>
    steps.some((step) => enabled && step.type === 'plugin' && step.name === type),
  );
  return kind !== 'steps' || calls > 0 || isUsed
    ? ''
    : `. No funnel has a step with type: ${type}; name a file that has one with --funnel-config-path`;
}

/** Settings that the visits of a day depend on. */
function shapesVisits({ group, key }: Setting): boolean {
  if (group === 'visits') return key !== 'plugins';
  return group === 'ecommerce' || OF_DAYS.has(key);
}

/** `  behaviours rating: 2,031 calls of 3.2 µs, 2.9 % of the time of planning` */
function hookTimeText({ place: { kind, name }, calls, ms }: HookTime, planningMs: number): string {
  const hook = `  ${kind} ${name}`;
  if (calls === 0) return `${hook}: never called`;
  const share = ((100 * ms) / planningMs).toFixed(1);
  const each = (1000 * ms) / calls;
  const time = each < 1000 ? `${each.toFixed(each < 10 ? 1 : 0)} µs` : `${(each / 1000).toFixed(1)} ms`;
  return `${hook}: ${formatNumber(calls)} calls of ${time}, ${share} % of the time of planning`;
}

export function definePlugin(context: CliContext): Command {
  const command = new Command('plugin')
    .description('create, list and check plugins: traffic of your own')
    .addHelpText('after', EXAMPLES);
  command
    .command('new <name>')
    .description('write a plugin that works, and its test, into this folder')
    .action((name: string) => createNew(context, name));
  const listing = command
    .command('list')
    .description('list the plugins that the settings name, with what they add')
    .option('--json', 'print JSON, one object per plugin');
  addSourceOptions(listing);
  addSettingOptions(listing, 'run', ({ key }) => key === 'plugins');
  listing.action((options: PluginOptions) => list(context, options));
  const checking = command
    .command('check <module>')
    .description('load one plugin, plan a week with it, and plan visits again in another order and process')
    .option('--json', 'print JSON');
  addSourceOptions(checking);
  addSettingOptions(checking, 'run', shapesVisits);
  checking.action((module: string, options: PluginOptions) => check(context, module, options));
  return command;
}
