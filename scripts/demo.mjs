// The main job on the embedded endpoint: a live run, then a week's backfill, each with its summary.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/trafficinator.js', import.meta.url));

function show(...args) {
  console.log(`\n$ trafficinator ${args.join(' ')}\n`);
  const { status, signal } = spawnSync(process.execPath, [command, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}

show(
  'run',
  '--preset',
  'light',
  '--sink',
  '--visits-per-day',
  '300000',
  '--shape',
  'flat',
  '--timing',
  'compressed',
  '--for',
  '20s',
);
show('backfill', '--preset', 'light', '--sink', '--days-back', '7', '--visits-per-day', '1000');
