/** `trafficinator serve`: the control service, until it is stopped. */
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { EXIT, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { stateDir } from '../../ledger/state-dir.ts';
import { onWallTime } from '../../run/clock.ts';
import { createProcessPlanner } from '../../server/planning/planner.ts';
import { type RunningServer, startServer } from '../../server/server.ts';
import type { ServiceOptions } from '../../server/service.ts';
import { importPredecessor } from '../../server/store/import-predecessor.ts';
import type { CliContext } from '../context.ts';
import { parseCount, parsePort, valueOption } from '../options/option-values.ts';
import { serviceSession } from '../options/service-session.ts';
import { openClusterOf } from '../traffic/ledger.ts';
import { exitCodeOfSignal, onStopSignals } from '../traffic/signals.ts';

interface ServeOptions {
  readonly host: string;
  readonly port?: number;
  readonly data?: string;
  readonly open?: boolean;
  readonly allowedHost?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly rateLimit?: number;
  readonly importPredecessor?: string;
}

const DEFAULT_PORT = 8000;

const EXAMPLES = `
Prints its address and a one-time login link. The API key is created at the first start and saved as
control.key in the data folder; control-read.key is a read-only key. Ctrl-C stops all jobs cleanly.

Examples:
  For this machine only:
    $ trafficinator serve
  For other machines, behind a TLS proxy:
    $ trafficinator serve --host 0.0.0.0 --allowed-host traffic.example.org
  With its own certificate:
    $ trafficinator serve --host 0.0.0.0 --allowed-host traffic.example.org --tls-cert cert.pem --tls-key key.pem
`;

function usage(code: string, message: string, hint: string, cause?: unknown): UserError {
  return new UserError(message, { code, exitCode: EXIT.usage, hint, cause });
}

function readPem(host: Host, flag: string, path: string): string {
  try {
    return Buffer.from(host.readFile(resolve(host.cwd, path))).toString();
  } catch (cause) {
    throw usage('tls-files', `${flag}: ${path} cannot be read.`, 'Use a readable file in PEM format.', cause);
  }
}

/** Reads the files anew each time: they may be renewed. */
function tlsOf(host: Host, { tlsCert, tlsKey }: ServeOptions) {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw usage('tls-files', '--tls-cert and --tls-key must be used together.', 'Set both, or neither.');
  }
  return () => ({ cert: readPem(host, '--tls-cert', tlsCert), key: readPem(host, '--tls-key', tlsKey) });
}

function serviceOptions(host: Host, options: ServeOptions): ServiceOptions {
  const { CONFIG_DB_PATH, CORS_ORIGINS, CONTROL_UI_PORT, CONTROL_UI_ALLOWED_HOSTS = '' } = host.env;
  const folder = resolve(host.cwd, options.data ?? stateDir(host));
  const port =
    options.port ?? (CONTROL_UI_PORT ? parsePort('CONTROL_UI_PORT', CONTROL_UI_PORT) : DEFAULT_PORT);
  const allowed = CONTROL_UI_ALLOWED_HOSTS.split(',').flatMap((name) => name.trim() || []);
  return {
    folder,
    databasePath: CONFIG_DB_PATH ? resolve(host.cwd, CONFIG_DB_PATH) : join(folder, 'control.db'),
    bind: { host: options.host, port },
    allowedHosts: [...allowed, ...(options.allowedHost ?? [])],
    corsOrigins: CORS_ORIGINS,
    rateLimit: options.rateLimit,
    isTls: options.tlsCert !== undefined,
  };
}

/** The ledger and the lists of all jobs are in the same folder as the service's own files. */
function withStateFolder(host: Host, folder: string | undefined): Host {
  if (folder === undefined) return host;
  const own = { TRAFFICINATOR_STATE_DIR: resolve(host.cwd, folder) };
  return {
    ...host,
    env: { ...host.env, ...own },
    startChild: (args, onErrorText, env, nodeFlags) =>
      host.startChild(args, onErrorText, { ...env, ...own }, nodeFlags),
  };
}

async function importFrom(
  { host, log }: CliContext,
  path: string,
  { service, close }: RunningServer,
): Promise<void> {
  try {
    const { presets, funnels, skipped } = await importPredecessor(host, resolve(host.cwd, path), service);
    log.info(`imported ${presets} presets and ${funnels} funnels from ${path}`);
    for (const text of skipped) log.warning(`not imported: ${text}`);
  } catch (error) {
    await close('SIGTERM', true);
    throw error;
  }
}

async function executeServe(context: CliContext, options: ServeOptions): Promise<void> {
  const { clock, log } = context;
  const host = withStateFolder(context.host, options.data);
  const load = serviceSession(context);
  const tls = tlsOf(host, options);
  const cluster = await openClusterOf({ host, clock, log });
  const server = await startServer(
    {
      host,
      clock: onWallTime(clock),
      load,
      log,
      planner: createProcessPlanner(host, clock),
      cluster: cluster?.looks,
    },
    serviceOptions(host, options),
    tls,
  );
  const { url, loginUrl, keyPath } = server;
  if (options.importPredecessor !== undefined) await importFrom(context, options.importPredecessor, server);
  host.stdout.write(`Listening at ${url}\nLog in (works once, for an hour): ${loginUrl}\n`);
  if (keyPath !== undefined) log.info(`the API key is in ${keyPath}`);
  if (options.open === true) host.openBrowser(loginUrl);
  const signal = await new Promise<'SIGINT' | 'SIGTERM'>((done) => {
    onStopSignals(context, { first: done, second: (again) => host.exit(exitCodeOfSignal(again)) });
  });
  log.info('stopping: jobs finish their requests in flight; press Ctrl-C again to quit immediately');
  // Whoever ends services expects that they go on later; a person at the terminal does not.
  await server.close(signal, signal === 'SIGTERM');
  await cluster?.close();
  context.finish(exitCodeOfSignal(signal) === 143 ? EXIT.done : exitCodeOfSignal(signal));
}

export function defineServe(context: CliContext): Command {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  return new Command('serve')
    .description('run the control service: a web page and an API')
    .option('--host <address>', 'address to listen on; 0.0.0.0 allows other machines to connect', '127.0.0.1')
    .addOption(
      valueOption(
        '--port <port>',
        `port to listen on; 0 for any free port (default: ${DEFAULT_PORT})`,
        parsePort,
      ),
    )
    .option('--data <folder>', 'folder for database, keys and files (default: the folder of the ledger)')
    .option('--open', 'open the page in the browser')
    .option(
      '--allowed-host <name>',
      'accept requests for this host name too, for example behind a proxy; can be repeated',
      collect,
    )
    .option('--tls-cert <file>', 'TLS certificate, as a PEM file')
    .option('--tls-key <file>', 'private key of the certificate, as a PEM file')
    .addOption(
      valueOption(
        '--rate-limit <n>',
        'maximum requests per minute from one address to one path (default: depends on the route)',
        parseCount,
      ),
    )
    .option('--import-predecessor <file>', 'take over presets and funnels from its presets.db')
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions) => executeServe(context, options));
}
