// Writes deploy/manifests/*.yaml: the chart, rendered with the values beside each.
//   node scripts/refresh/manifests.mjs          writes the files
//   node scripts/refresh/manifests.mjs --check  fails where a file is not what would be written
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bundle.mjs';
import { kubernetesTools } from '../kubernetes-tools.mjs';

const folder = join(root, 'deploy/manifests');
const chart = join(root, 'deploy/chart');
const END = '.values.yaml';

function rendered(helm, name) {
  const own = join(folder, `${name}${END}`);
  const args = [
    'template',
    'trafficinator',
    chart,
    '--namespace',
    'trafficinator',
    '--skip-tests',
    '--values',
    own,
  ];
  const { status, stdout, stderr } = spawnSync(helm, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`helm template ended with ${status}: ${stderr}`);
  const values = readFileSync(own, 'utf8')
    .trimEnd()
    .replaceAll(/^(?=.)/gm, '# ')
    .replaceAll(/^# # /gm, '# ');
  return `# Written by scripts/refresh/manifests.mjs from deploy/chart with these values, never by hand:\n#\n${values}\n${stdout}`;
}

const helm = join(kubernetesTools(), 'helm');
const stale = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith(END))) {
  const name = file.slice(0, -END.length);
  const path = join(folder, `${name}.yaml`);
  const text = rendered(helm, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (process.argv.includes('--check')) stale.push(path);
  else writeFileSync(path, text);
}
if (stale.length > 0) {
  process.stderr.write(`${stale.join(', ')}: run node scripts/refresh/manifests.mjs\n`);
  process.exitCode = 1;
}
