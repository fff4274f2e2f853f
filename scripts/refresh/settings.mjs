// Renews what is made from the table of settings: the tables in docs/settings.md, and the schema of the chart's values.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bundle.mjs';
import { evaluate } from '../evaluate.mjs';

function writeTables() {
  const page = join(root, 'docs/settings.md');
  const args = [join(root, 'bin/trafficinator.js'), 'settings', '--markdown'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`trafficinator settings --markdown ended with ${status}:\n${stderr}`);
  const [before] = readFileSync(page, 'utf8').split('<!-- settings -->');
  writeFileSync(page, `${before}<!-- settings -->\n\n${stdout}\n<!-- /settings -->\n`);
}

async function writeChartSchema() {
  const { schema } = await evaluate(`
    import { SETTINGS } from './src/config/schema/settings.ts';
    import { TARGET_FIELDS } from './src/config/targets/target-fields.ts';
    import { valuesSchema } from './scripts/chart/values-schema.ts';
    export const schema = valuesSchema(SETTINGS, TARGET_FIELDS);`);
  const path = join(root, 'deploy/chart/values.schema.json');
  writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  spawnSync(process.execPath, [biome, 'format', '--write', path], { cwd: root, stdio: 'ignore' });
}

writeTables();
await writeChartSchema();
