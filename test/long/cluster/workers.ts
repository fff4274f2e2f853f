/** Workers of a cluster as processes, and what a test does to them, to PostgreSQL and to the links between. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RandomStream } from '../../../src/plan/random.ts';
import type { PostgresServer } from '../../postgres/server.ts';
import type { Env, Running, Workplace } from '../../process/binary.ts';
import type { TcpLink } from './tcp-link.ts';

/** Of workers in tests, in ms: they are lost after two. */
export const LEASE_MS = 2_000;
const SUSPENDED_MS = 8_000;

export interface Cluster {
  readonly place: Workplace;
  readonly server: PostgresServer;
  readonly link: TcpLink;
  /** Of the database, directly. */
  readonly url: string;
  readonly env: Env;
}

export type FaultName =
  | 'kill'
  | 'suspend'
  | 'cut'
  | 'freeze'
  | 'restart'
  | 'crash'
  | 'terminate'
  | 'add'
  | 'remove';

export const FAULTS: readonly FaultName[] = [
  'kill',
  'suspend',
  'cut',
  'restart',
  'terminate',
  'add',
  'freeze',
  'remove',
  'crash',
  'kill',
];

export class Workers {
  readonly running: Running[] = [];
  /** What each fault was, and of whom. */
  readonly log: string[] = [];
  private readonly cluster: Cluster;
  private readonly chance: RandomStream;

  constructor(cluster: Cluster, chance: RandomStream) {
    this.cluster = cluster;
    this.chance = chance;
  }

  /** Every other one reaches PostgreSQL over the link that can be cut. */
  start(): Running {
    const { place, env, url, link, server } = this.cluster;
    const isLinked = this.running.length % 2 === 1;
    const LEDGER_URL = isLinked ? url.replace(`:${server.port}/`, `:${link.port}/`) : url;
    const MATOMO_HEADERS = `X-Worker: ${this.running.length + 1}`;
    const worker = place.start(['worker'], { ...env, LEDGER_URL, MATOMO_HEADERS });
    this.running.push(worker);
    return worker;
  }

  private alive(): Running[] {
    return this.running.filter(({ child }) => child.exitCode === null && child.signalCode === null);
  }

  private pick(): Running {
    const alive = this.alive();
    const picked = alive[Math.floor(this.chance.next() * alive.length)];
    if (!picked) throw new Error('expected a worker that runs');
    return picked;
  }

  /** One of those that live, never the last two. */
  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const worker = this.pick();
    worker.child.kill(signal);
    await worker.finished;
    if (this.alive().length < 4) this.start();
  }

  async inflict(fault: FaultName): Promise<void> {
    const { server, link, url } = this.cluster;
    this.log.push(fault);
    const someMs = 300 + Math.floor(this.chance.next() * 1500);
    switch (fault) {
      case 'kill':
        return this.end('SIGKILL');
      case 'remove':
        return this.end('SIGTERM');
      case 'add':
        this.start();
        return;
      case 'suspend': {
        const { child } = this.pick();
        child.kill('SIGSTOP');
        await delay(SUSPENDED_MS);
        child.kill('SIGCONT');
        return;
      }
      case 'cut':
        link.cut();
        await delay(someMs * 2);
        return link.mend();
      case 'freeze':
        link.freeze();
        await delay(SUSPENDED_MS);
        return link.mend();
      case 'restart':
      case 'crash':
        await server.stop(fault === 'crash' ? 'immediate' : 'fast');
        await delay(someMs);
        return server.start();
      case 'terminate':
        await server.query(
          url,
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'trafficinator'",
        );
    }
  }

  /** Ends them all, and tells how each one ended. */
  async close(): Promise<(number | null)[]> {
    const alive = this.alive();
    for (const { child } of alive) child.kill('SIGTERM');
    return Promise.all(alive.map(async ({ finished }) => (await finished).code));
  }
}
