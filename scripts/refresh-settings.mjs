// Renews the table of settings in docs/settings.md from the built command.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs/settings.md');
const args = [join(root, 'bin/trafficinator.js'), 'settings', '--markdown'];
const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
if (status !== 0) throw new Error(`trafficinator settings --markdown ended with ${status}:\n${stderr}`);
const [before] = readFileSync(page, 'utf8').split('<!-- settings -->');
writeFileSync(page, `${before}<!-- settings -->\n\n${stdout}\n<!-- /settings -->\n`);
