/** Starts the service and listens: refuses what would not be safe, goes on with what was wanted, and ends it all. */
import { EXIT, UserError } from '../errors.ts';
import { every } from '../run/clock.ts';
import { createApp } from './http/app.ts';
import { bracketed, isAnyAddress, isLoopback } from './http/hosts.ts';
import { listen, type Tls } from './http/listen.ts';
import { createRenewal } from './http/renewal.ts';
import { keyFiles, weaknessOf } from './keys.ts';
import { mainJob, startMain } from './routes/predecessor/main-run.ts';
import { routes } from './routes/routes.ts';
import { openService, type Service, type ServiceOptions, type ServiceParts } from './service.ts';
import { serveLogSocket } from './stream/log-socket.ts';

/** Between two looks at the files of the certificate. */
const RENEWAL_EVERY_MS = 60_000;

export interface RunningServer {
  readonly url: string;
  /** Logs in once. */
  readonly loginUrl: string;
  /** Undefined where the key comes from the environment. */
  readonly keyPath: string | undefined;
  readonly service: Service;
  /** @param staysWanted jobs go on when the service comes back */
  close(signal: 'SIGINT' | 'SIGTERM', staysWanted: boolean): Promise<void>;
}

interface ServerParts extends ServiceParts {
  readonly log: { warning(message: string): void };
}

function refuse(code: string, message: string, hint: string): UserError {
  return new UserError(message, { code, exitCode: EXIT.usage, hint });
}

/** @throws UserError where anybody could come in */
function checkSafety(service: Service, log: ServerParts['log']): void {
  const { access, options } = service;
  const { host } = options.bind;
  const weakness = weaknessOf(access.keys);
  if (isLoopback(host)) {
    if (weakness !== undefined) log.warning(`CONTROL_UI_API_KEY ${weakness}: use it on this machine only.`);
    return;
  }
  if (weakness !== undefined) {
    throw refuse(
      'weak-key',
      `CONTROL_UI_API_KEY ${weakness}, and others can reach ${host}.`,
      'Remove it, and a key is created at the first start. Or use a long random key.',
    );
  }
  if (isAnyAddress(host) && options.allowedHosts.length === 0) {
    throw refuse(
      'allowed-host',
      `With --host ${host}, set --allowed-host to the host names under which the service is reached.`,
      'For example: --allowed-host localhost, or the name that your proxy sends.',
    );
  }
}

/** `AUTO_START`: live traffic begins with the service, where none is under way. */
async function autoStart(service: Service): Promise<void> {
  if (!/^(true|1|yes|on)$/i.test(service.host.env.AUTO_START ?? '') || mainJob(service)) return;
  try {
    await startMain(service, 'AUTO_START', new Map());
  } catch (error) {
    service.log.warning(`AUTO_START: ${error instanceof Error ? error.message : error}`);
  }
}

export async function startServer(
  { log, ...parts }: ServerParts,
  options: ServiceOptions,
  readTls: (() => Tls) | undefined,
): Promise<RunningServer> {
  const service = await openService(parts, options);
  try {
    checkSafety(service, log);
    const app = createApp(service, routes);
    const tls = readTls?.();
    const listening = await listen(app, { ...options.bind, tls });
    service.listensOn(listening.port);
    const endSockets = serveLogSocket(listening.server, service);
    const leaving = new AbortController();
    const stopRenewals =
      tls && readTls
        ? every(RENEWAL_EVERY_MS, createRenewal(tls, readTls, listening, service.log))
        : undefined;
    void service.jobs.goOn().then(() => autoStart(service));
    void service.schedules.run(leaving.signal);
    const name = isAnyAddress(options.bind.host)
      ? (options.allowedHosts[0] ?? 'localhost')
      : bracketed(options.bind.host);
    const url = `${tls ? 'https' : 'http'}://${/:\d+$/.test(name) ? name : `${name}:${listening.port}`}`;
    const { env } = parts.host;
    return {
      url,
      loginUrl: `${url}/login#code=${service.access.codes.create()}`,
      keyPath:
        env.CONTROL_UI_API_KEY || env.CONTROL_UI_API_KEY_FILE ? undefined : keyFiles(options.folder).full,
      service,
      async close(signal, staysWanted) {
        leaving.abort();
        stopRenewals?.();
        await service.close(signal, staysWanted);
        endSockets();
        await listening.close();
      },
    };
  } catch (error) {
    await service.close('SIGTERM', true);
    throw error;
  }
}
