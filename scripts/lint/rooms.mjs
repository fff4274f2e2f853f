// Which room of src/ may import which, and which package: everything else is refused, and so is a circle of files.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';

/**
 * Rooms by path, the most specific one counts. `imports` names rooms and files of src/ (a room may always import from
 * itself), `packages` npm packages and Node's modules; `*` stands for all of them.
 */
const ROOMS = {
  types: { imports: [], packages: [] },
  'errors.ts': { imports: [], packages: [] },
  'timezone.ts': { imports: ['types', 'data'], packages: [] },
  'package.ts': { imports: [], packages: ['node:fs', 'node:path', 'node:url'] },
  'home.ts': { imports: [], packages: ['node:os'] },
  'child.ts': { imports: [], packages: ['node:child_process', 'node:events', 'node:sea'] },
  'young-generation.ts': { imports: [], packages: ['node:v8'] },
  'compiler.ts': { imports: [], packages: ['node:process', 'node:v8'] },
  'thread.ts': { imports: ['young-generation.ts'], packages: ['node:sea', 'node:worker_threads'] },
  'disk.ts': { imports: [], packages: ['node:fs', 'node:path', 'node:process'] },
  'standard-input.ts': { imports: ['errors.ts'], packages: ['node:fs'] },
  'stray-errors.ts': { imports: [], packages: ['node:process', 'node:util'] },
  'host.ts': {
    imports: [
      ...['errors.ts', 'home.ts', 'child.ts', 'thread.ts', 'package.ts', 'disk.ts', 'standard-input.ts'],
      ...['stray-errors.ts', 'young-generation.ts', 'compiler.ts'],
    ],
    packages: ['*'],
  },
  config: {
    imports: ['types', 'errors.ts', 'timezone.ts', 'host.ts'],
    packages: [
      'dotenv',
      'fastest-levenshtein',
      'node:crypto',
      'node:path',
      'node:zlib',
      'saxes',
      '@humanwhocodes/momoa',
      'yaml',
      'zod',
    ],
  },
  plan: {
    imports: ['types', 'errors.ts', 'timezone.ts', 'data'],
    packages: ['node:crypto', 'node:util', 'seedrandom'],
  },
  matomo: { imports: ['types', 'errors.ts', 'timezone.ts'], packages: ['node:crypto'] },
  'matomo/http/connect.ts': {
    imports: ['types', 'errors.ts'],
    packages: ['node:http', 'node:https', 'node:net', 'undici'],
  },
  'matomo/http/proxy.ts': { imports: ['types', 'errors.ts'], packages: ['node:net'] },
  'matomo/http/content-coding.ts': { imports: [], packages: ['node:zlib'] },
  'matomo/http/http-client.ts': { imports: ['types', 'errors.ts'], packages: ['undici'] },
  'matomo/delivery/transport.ts': { imports: ['types', 'errors.ts'], packages: ['undici'] },
  'matomo/reporting/reporting.ts': { imports: ['types', 'errors.ts'], packages: ['undici'] },
  run: { imports: ['types', 'errors.ts'], packages: ['node:events'] },
  ledger: {
    imports: ['types', 'errors.ts', 'host.ts', 'disk.ts', 'thread.ts'],
    packages: ['hdr-histogram-js', 'libsql', 'node:crypto', 'node:path', 'node:tls', 'pg'],
  },
  'ledger/sqlite/thread.ts': { imports: ['ledger/sqlite'], packages: ['node:worker_threads'] },
  report: {
    imports: ['types', 'errors.ts', 'timezone.ts', 'ledger/totals.ts'],
    packages: ['hdr-histogram-js'],
  },
  validate: { imports: ['types', 'errors.ts', 'timezone.ts', 'matomo', 'report'], packages: [] },
  job: {
    imports: ['types', 'errors.ts', 'timezone.ts', 'plan', 'matomo', 'run', 'ledger', 'report', 'validate'],
    packages: ['node:crypto'],
  },
  shards: {
    imports: [
      'types',
      'errors.ts',
      'timezone.ts',
      'child.ts',
      'plan',
      'matomo',
      'run',
      'ledger',
      'report',
      'job',
    ],
    packages: ['hdr-histogram-js'],
  },
  cluster: {
    imports: [
      ...['types', 'errors.ts', 'child.ts', 'plan', 'matomo', 'run', 'ledger', 'report', 'job', 'shards'],
    ],
    packages: [],
  },
  plugin: {
    imports: ['types', 'errors.ts', 'host.ts', 'config', 'plan'],
    packages: [
      'node:crypto',
      'node:module',
      'node:path',
      'node:timers/promises',
      'node:url',
      'node:vm',
      'zod',
    ],
  },
  metrics: { imports: ['types', 'ledger', 'report'], packages: ['*'] },
  // The endpoint must not share code with what it tests.
  sink: {
    imports: ['types', 'errors.ts', 'data'],
    packages: ['luxon', 'node:crypto', 'node:http', 'node:net', 'node:timers/promises', 'node:zlib', 'zod'],
  },
  control: { imports: ['errors.ts'], packages: [] },
  // The command line hands in how settings are read: the service imports nothing of it.
  server: {
    imports: [
      'types',
      'errors.ts',
      'host.ts',
      'timezone.ts',
      'config',
      'data',
      'plan',
      'matomo',
      'run',
      'ledger',
      'report',
      'job',
      'shards',
      'cluster',
      'metrics',
      'validate',
    ],
    packages: [
      '@hono/node-server',
      '@hono/zod-openapi',
      'croner',
      'dotenv',
      'hono',
      'node:crypto',
      'node:http',
      'node:https',
      'node:net',
      'node:path',
      'node:stream',
      'nodemailer',
      'ws',
      'zod',
    ],
  },
  // The page talks to the service over HTTP only.
  web: {
    imports: [
      ...['report/format.ts', 'report/counts.ts', 'report/health.ts', 'report/html/charts/scale.ts'],
      ...[
        'report/undelivered.ts',
        'report/verification.ts',
        'report/reasons.ts',
        'report/troubles.ts',
        'report/comparison-sentence.ts',
      ],
    ],
    packages: [
      '@preact/signals',
      'preact',
      ...['commands', 'lang-json', 'language', 'lint', 'search', 'state', 'view'].map(
        (name) => `@codemirror/${name}`,
      ),
      ...['@lezer/highlight', '@lezer/json'],
    ],
  },
  cli: { imports: ['*'], packages: ['*'] },
};

/** Packages that have one place, whatever a room's list says. */
const ONE_PLACE = {
  undici: ['matomo'],
  'node:fs': ['host.ts', 'disk.ts', 'package.ts', 'standard-input.ts'],
  commander: ['cli'],
  libsql: ['ledger'],
  pg: ['ledger'],
  hono: ['server'],
  ws: ['server'],
  nodemailer: ['server'],
  croner: ['server'],
};

const root = fileURLToPath(new URL('../../src/', import.meta.url));
const IMPORT = /(?:\bfrom |\bimport\(|^import )'([^']+)'/gm;

function sourceFiles(folder = '') {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

const isWithin = (path, room) => path === room || path.startsWith(`${room}/`);

function roomOf(file) {
  const names = Object.keys(ROOMS).filter((name) => isWithin(file, name));
  return names.sort((a, b) => b.length - a.length)[0];
}

/** Files of src/ and packages that a file imports, types included. */
function importsOf(file) {
  const specifiers = [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].map(([, name]) => name);
  const files = specifiers
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file), name)));
  const packages = specifiers
    .filter((name) => !name.startsWith('.'))
    .map((name) =>
      /^(@[^/]+\/)?[^/]+/.exec(name)?.[0].startsWith('node:') ? name : /^(@[^/]+\/)?[^/]+/.exec(name)?.[0],
    );
  return { files, packages };
}

/** What is wrong with one file's imports, a sentence each. */
function problemsOf(file, { files, packages }) {
  const room = roomOf(file);
  if (room === undefined) return [`src/${file} is in no room: enter its folder in scripts/lint/rooms.mjs.`];
  const { imports, packages: allowed } = ROOMS[room];
  const isOwn = (path) => isWithin(path, room.split('/')[0]);
  const wrongFiles = files.filter(
    (path) => !isOwn(path) && !imports.includes('*') && !imports.some((name) => isWithin(path, name)),
  );
  const wrongPackages = packages.filter((name) => {
    if (!allowed.includes('*') && !allowed.includes(name)) return true;
    return ONE_PLACE[name] !== undefined && !ONE_PLACE[name].some((place) => isWithin(file, place));
  });
  return [
    ...wrongFiles.map(
      (path) => `src/${file} imports src/${path}, but ${room} may only import ${imports.join(', ')}.`,
    ),
    ...wrongPackages.map((name) => `src/${file} imports ${name}, which ${room} may not.`),
  ];
}

/** Circles of files, each told once. */
function circles(graph) {
  const found = [];
  const done = new Set();
  function visit(file, path) {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file)?.files ?? []) visit(next, [...path, file]);
    done.add(file);
  }
  for (const file of graph.keys()) visit(file, []);
  return found;
}

const graph = new Map(sourceFiles().map((file) => [file, importsOf(file)]));
const problems = [
  ...[...graph].flatMap(([file, imported]) => problemsOf(file, imported)),
  ...circles(graph).map(
    (circle) => `Files import each other in a circle: ${circle.map((file) => `src/${file}`).join(' -> ')}.`,
  ),
  ...Object.keys(ROOMS)
    .filter((room) => !existsSync(join(root, room)))
    .map((room) => `scripts/lint/rooms.mjs names src/${room}, which does not exist.`),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${graph.size} files, every import allowed, no circles`);
