/** A PostgreSQL server of its own for tests: real binaries, a folder in /tmp, a free port of 127.0.0.1. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';
export const PASSWORD = 'owner-s3cret';

/** Debian keeps the server's programs out of the path; others have them in it. */
function programs(): string {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : [];
  const folder = versions
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((path) => existsSync(`${path}/initdb`));
  if (folder !== undefined) return folder;
  throw new Error(
    'PostgreSQL is not installed, and these tests need the real server: apt-get install postgresql',
  );
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export interface PostgresServer {
  readonly port: number;
  /** Of the owner, with its password. */
  readonly url: string;
  /** A new database, with the address of the owner. */
  createDatabase(): Promise<string>;
  /** Statements of the owner. */
  query(url: string, sql: string): Promise<Record<string, unknown>[]>;
  /** Has another program follow what the server writes, as a standby does. @returns what ends it */
  follow(): Promise<() => Promise<void>>;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** @param settings lines of postgresql.conf */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const bin = programs();
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const as = (program: string, args: readonly string[]) => {
    const path = join(bin, program);
    // Child processes that stay would hold the pipes of their output open.
    return isRoot
      ? run('runuser', ['-u', 'postgres', '--', path, ...args], { cwd: folder })
      : run(path, [...args], { cwd: folder });
  };
  const pwfile = join(folder, 'password');
  writeFileSync(pwfile, PASSWORD);
  if (isRoot) {
    const { stdout } = await run('id', ['-u', 'postgres']);
    chownSync(folder, Number(stdout), Number(stdout));
    chownSync(pwfile, Number(stdout), Number(stdout));
  }
  chmodSync(folder, 0o755);
  await as('initdb', [
    '-D',
    data,
    '-U',
    'owner',
    '-A',
    'scram-sha-256',
    '--pwfile',
    pwfile,
    '-E',
    'UTF8',
    '--locale=C',
  ]);
  const lines = [
    `port = ${port}`,
    "listen_addresses = '127.0.0.1'",
    `unix_socket_directories = '${folder}'`,
    'max_connections = 200',
    ...settings,
  ];
  const conf = join(data, 'postgresql.auto.conf');
  writeFileSync(conf, `${lines.join('\n')}\n`);
  const start = async () => {
    await as('pg_ctl', ['-D', data, '-w', '-t', '120', '-l', join(folder, 'log'), 'start']);
  };
  const stop = async (mode: 'fast' | 'immediate' = 'fast') => {
    await as('pg_ctl', ['-D', data, '-w', '-m', mode, 'stop']);
  };
  const urlOf = (database: string) => `postgres://owner:${PASSWORD}@127.0.0.1:${port}/${database}`;

  async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  await start();
  let databases = 0;
  return {
    port,
    url: urlOf('postgres'),
    query,
    start,
    stop,
    async follow() {
      const log = mkdtempSync(join(tmpdir(), 'postgres-wal-'));
      const follower = spawn(join(bin, 'pg_receivewal'), ['-D', log, '-d', urlOf('postgres'), '--no-loop'], {
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => follower.once('close', resolve));
      return async () => {
        follower.kill();
        await ended;
        rmSync(log, { recursive: true, force: true });
      };
    },
    async createDatabase() {
      const name = `ledger_${databases++}`;
      await query(urlOf('postgres'), `create database ${name}`);
      return urlOf(name);
    },
    async remove() {
      await stop('immediate').catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
