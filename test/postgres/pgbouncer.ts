/** A PgBouncer of its own before a test's PostgreSQL: Debian's program, as the user postgres, on a free port of 127.0.0.1. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, PASSWORD, type PostgresServer } from './server.ts';

const PROGRAM = '/usr/sbin/pgbouncer';

export interface Pooler {
  /** The same address by way of the pooler. */
  through(url: string): string;
  close(): Promise<void>;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function untilUp(child: ChildProcess, port: number): Promise<void> {
  for (let left = 1_000; !(await answers(port)); left--) {
    if (left === 0 || child.exitCode !== null) throw new Error('PgBouncer did not start');
    await delay(50);
  }
}

export async function startPgBouncer(
  server: PostgresServer,
  mode: 'session' | 'transaction',
): Promise<Pooler> {
  if (!existsSync(PROGRAM))
    throw new Error('PgBouncer is not installed, and these tests need it: apt-get install pgbouncer');
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  const port = await freePort();
  const users = join(folder, 'users.txt');
  const conf = join(folder, 'pgbouncer.ini');
  writeFileSync(users, `"owner" "${PASSWORD}"\n`);
  writeFileSync(
    conf,
    [
      ...['[databases]', `* = host=127.0.0.1 port=${server.port}`, '[pgbouncer]'],
      ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir ='],
      ...['auth_type = scram-sha-256', `auth_file = ${users}`, `pool_mode = ${mode}`, ''],
    ].join('\n'),
  );
  chmodSync(folder, 0o755);
  // It does not run as root.
  const isRoot = process.getuid?.() === 0;
  const [program, args] = isRoot ? ['setpriv', setprivArgs()] : [PROGRAM, []];
  const child = spawn(program, [...args, conf], { stdio: 'ignore' });
  await untilUp(child, port);
  return {
    through: (url) => url.replace(`:${server.port}/`, `:${port}/`),
    async close() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** In the place of the process, so that it can be ended by its id. */
function setprivArgs(): string[] {
  return ['--reuid=postgres', '--regid=postgres', '--clear-groups', PROGRAM];
}
