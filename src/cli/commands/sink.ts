/** `trafficinator sink`: the embedded endpoint on its own. */
import { Command } from 'commander';
import { parseStructured } from '../../config/sources/structured-text.ts';
import { fileName, readTextFile } from '../../config/sources/text-files.ts';
import { EXIT, UserError } from '../../errors.ts';
import { DEFAULT_SINK_CONFIG, parseSinkConfig, type SinkConfig } from '../../sink/config.ts';
import { addFault, faultModes } from '../../sink/fault-modes.ts';
import { Faults } from '../../sink/faults.ts';
import { createSink } from '../../sink/sink.ts';
import type { CliContext } from '../context.ts';
import { parseCount, parseDelay, parsePort, valueOption } from '../options/option-values.ts';

interface SinkCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly sites?: string;
  readonly hitsPerSecond?: number;
  /** In ms. */
  readonly latency?: number;
  readonly fault?: readonly string[];
}

const EXAMPLES = `
Responds like Matomo and keeps what it records in memory. GET /recorded shows the counts.
By default it has the sites 1 (UTC), 2 (Europe/Stockholm) and 3 (America/New_York), and the tokens
aaaa… (32 times a: super user), bbbb… (write access to site 1) and cccc… (view access to site 1).

Faults affect every request, or a share of them, such as deadlock:10%:
${faultModes().join('\n')}

Examples:
  $ trafficinator sink --port 8080
  $ trafficinator sink --port 8080 --fault deadlock:10% --fault too-large=65536
  $ trafficinator run --url http://127.0.0.1:8080/matomo.php --preset light
`;

function configOf({ host }: CliContext, path: string | undefined): SinkConfig {
  if (path === undefined) return DEFAULT_SINK_CONFIG;
  return parseSinkConfig(parseStructured(readTextFile(host, path, '--sites'), fileName(path)));
}

function listenError(error: unknown, port: number, address: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  const isPort = code === 'EADDRINUSE' || code === 'EACCES';
  const reason = code === 'EADDRINUSE' ? 'is in use' : 'cannot be opened';
  const what = isPort ? `Port ${port} ${reason}` : `Cannot listen on the address ${address}`;
  return new UserError(`${what} (${code}).`, {
    code: isPort ? 'port-not-free' : 'address-not-ours',
    exitCode: EXIT.usage,
    hint: isPort
      ? 'Use another one with --port, or --port 0 for any free port.'
      : 'Use an address of this machine with --host, such as 127.0.0.1.',
    cause: error,
  });
}

function unknownFault(text: string): UserError {
  return new UserError(`There is no fault "${text}".`, {
    code: 'unknown-fault',
    exitCode: EXIT.usage,
    hint: 'See trafficinator sink --help. Examples: deadlock:10% and too-large=65536.',
  });
}

async function executeSink(context: CliContext, options: SinkCommandOptions): Promise<void> {
  const { host, clock, log } = context;
  const { port, hitsPerSecond, latency } = options;
  const faults = new Faults();
  if (hitsPerSecond !== undefined) faults.hitsPerSecond = hitsPerSecond;
  if (latency !== undefined) faults.latencyMs = latency;
  for (const mode of options.fault ?? []) if (!addFault(faults, mode)) throw unknownFault(mode);
  const sink = createSink({ config: configOf(context, options.sites), now: clock.wallNow, faults });
  const { url } = await sink.listen(port, options.host).catch((error: unknown) => {
    throw listenError(error, port, options.host);
  });
  host.stdout.write(`${url}/matomo.php\n`);
  log.info(`the endpoint is ready; ${url}/recorded shows what it recorded; press Ctrl-C to stop`);
  await new Promise<void>((resolve) => {
    const release = host.onSignal(() => {
      release();
      resolve();
    });
  });
  await sink.close();
}

export function defineSink(context: CliContext): Command {
  return new Command('sink')
    .description('run the embedded Matomo-compatible endpoint by itself')
    .addOption(
      valueOption('--port <number>', 'port to listen on; 0 for any free port', parsePort).default(8080),
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(
      valueOption(
        '--hits-per-second <number>',
        'process at most this many hits a second; others wait in a queue',
        parseCount,
      ),
    )
    .addOption(valueOption('--latency <time>', 'delay every response, such as 50ms or 0.2s', parseDelay))
    .option('--fault <name...>', 'simulate a fault (see below)')
    .option('--sites <file>', 'read sites, goals and tokens from a JSON or YAML file')
    .addHelpText('after', EXAMPLES)
    .action((options: SinkCommandOptions) => executeSink(context, options));
}
