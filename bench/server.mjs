// The loopback server: nginx where there is one, else a small Node server; always a process of its own.
import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { start } from './children.mjs';

const READY_WITHIN_MS = 10_000;
/** More than any request holds: the command takes all of its hits for recorded. */
const REPLY = '{"status":"success","tracked":1000000,"invalid":0}';

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function findNginx() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path));
}

// A JSON body gets the bulk reply; a form gets the 43-byte GIF, which nginx has for GET only.
const configuration = (dir, port) => `
daemon off;
master_process off;
pid ${dir}/nginx.pid;
error_log stderr crit;
events { worker_connections 2048; }
http {
  access_log off;
  default_type application/json;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  client_max_body_size 16m;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  scgi_temp_path ${dir}/scgi;
  uwsgi_temp_path ${dir}/uwsgi;
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      if ($content_type = application/json) { return 200 '${REPLY}'; }
      error_page 405 =200 /gif;
      empty_gif;
    }
    location = /gif { empty_gif; }
  }
}
`;

function startProcess(dir, port) {
  const nginx = findNginx();
  if (nginx !== undefined) {
    const path = join(dir, 'nginx.conf');
    writeFileSync(path, configuration(dir, port));
    return { kind: 'nginx', child: start(nginx, ['-p', dir, '-e', 'stderr', '-c', path], {}) };
  }
  const script = fileURLToPath(new URL('node-server.mjs', import.meta.url));
  return { kind: 'Node server', child: start(process.execPath, [script, String(port), REPLY], {}) };
}

function isAnswering(port) {
  return new Promise((resolve) => {
    const asking = request({ host: '127.0.0.1', port, method: 'POST', path: '/matomo.php' }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode === 200));
    });
    asking.once('error', () => resolve(false));
    asking.end('ping=1');
  });
}

export async function startServer(dir) {
  const port = await freePort();
  const { kind, child } = startProcess(dir, port);
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (!(await isAnswering(port))) {
    if (child.exitCode !== null || Date.now() > giveUpAt) throw new Error(`the ${kind} failed: ${complaint}`);
    await sleep(50);
  }
  return {
    kind,
    url: `http://127.0.0.1:${port}/matomo.php`,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
