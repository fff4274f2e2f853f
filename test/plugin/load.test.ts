import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { createProcessHost } from '../../src/host.ts';
import { loadPlugins, loadSamePlugins } from '../../src/plugin/load.ts';

const host = createProcessHost();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugins-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const plugin = (more: string, setup = '() => ({})') =>
  `export default { name: 'acme', apiVersion: 1, ${more} setup: ${setup} };`;

const load = (use: string, options: Readonly<Record<string, unknown>> = {}) =>
  loadPlugins(host, [{ use, options }], [folder]);

async function errorOf(use: string, options?: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    await load(use, options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'it was loaded';
}

describe('a plugin that does not get done', () => {
  it.each([
    ['its module', `while (true);\n${plugin('')}`, 'Plugin ./p.mjs: it was not loaded within 0.3 s.'],
    ['setup', plugin('', '() => { while (true); }'), 'Plugin acme: setup did not finish within 0.3 s.'],
    [
      'a promise of setup',
      plugin('', 'async () => { await new Promise(() => {}); }'),
      'Plugin acme: setup did not finish within 0.3 s.',
    ],
  ])('is given up, and told so: %s', async (_, text, message) => {
    write({ 'p.mjs': text });
    const loading = loadPlugins(host, [{ use: './p.mjs', options: {} }], [folder], 300);
    await expect(loading).rejects.toMatchObject({ message, exitCode: 2 });
  });

  it('has time to wait in setup', async () => {
    write({
      'p.mjs': plugin('', 'async () => { await new Promise((done) => setTimeout(done, 5)); return {}; }'),
    });
    expect((await load('./p.mjs')).all).toHaveLength(1);
  });
});

describe('an error of a plugin', () => {
  it('is told with its file and line', async () => {
    write({ 'p.mjs': `${plugin('', "() => {\n throw new Error('no key'); }")}` });
    expect(await errorOf('./p.mjs')).toBe(
      `Plugin acme: setup threw an error: no key (${join(folder, 'p.mjs')}:2)`,
    );
    write({ 'q.mjs': 'export default {\n  name: {,\n};' });
    expect(await errorOf('./q.mjs')).toMatch(
      /^Plugin \.\/q\.mjs: it cannot be loaded from \S+q\.mjs:2: Unexpected token/,
    );
  });
});

describe('what cannot be loaded is told with what to do', () => {
  const hintOf = async (use: string) =>
    load(use).then(
      () => 'it was loaded',
      (error: unknown) => (error instanceof UserError ? error.hint : error),
    );

  it('of TypeScript', async () => {
    write({ 'p.ts': 'interface A { a: 1 }\nexport default {} satisfies A;' });
    expect(await hintOf('./p.ts')).toBe(
      'A plugin is JavaScript: compile it first, such as with npx esbuild p.ts --format=esm --outfile=p.mjs, and name p.mjs.',
    );
  });

  it('of imports that are not there: packages are installed, paths corrected', async () => {
    write({ 'p.mjs': `import './none.mjs';\n${plugin('')}`, 'q.mjs': `import 'no-such';\n${plugin('')}` });
    expect(await hintOf('./p.mjs')).toBe('Correct the path.');
    expect(await hintOf('./q.mjs')).toBe('Install what it needs beside it: npm install no-such');
  });
});

describe('a plugin is found', () => {
  it('by its path, from the folder of the settings', async () => {
    write({ 'a.mjs': plugin('version: "1.2.0",') });
    const { all } = await load('./a.mjs');
    expect(all[0]?.identity).toMatchObject({ name: 'acme', version: '1.2.0', options: {} });
    expect(all[0]?.source.path).toBe(join(folder, 'a.mjs'));
  });

  it('in the first folder that has it', async () => {
    write({ 'b.mjs': plugin('') });
    const { all } = await loadPlugins(
      host,
      [{ use: './b.mjs', options: {} }],
      [join(folder, 'none'), folder],
    );
    expect(all).toHaveLength(1);
  });

  it.each([
    ['exports by condition', { exports: { '.': { import: './main.mjs' } } }, 'main.mjs'],
    ['a plain export', { exports: './main.mjs' }, 'main.mjs'],
    ['a main file', { main: 'main.mjs' }, 'main.mjs'],
    ['nothing', {}, 'index.mjs'],
  ])('by the name of a package with %s', async (_what, manifest, entry) => {
    write({
      'node_modules/acme-plugin/package.json': JSON.stringify({ name: 'acme-plugin', ...manifest }),
      [`node_modules/acme-plugin/${entry}`]: plugin(''),
    });
    const { all } = await load('acme-plugin');
    expect(all[0]?.identity.name).toBe('acme');
  });
});

describe('a plugin is refused when', () => {
  const setup = (returned: string) => plugin('', `() => (${returned})`);
  const behaviour = (more: string) => setup(`{ behaviours: { b: { ${more} } } }`);
  it.each([
    [
      'its apiVersion is another',
      `export default { name: 'acme', apiVersion: 2, setup() {} };`,
      'Plugin ./p.mjs: apiVersion must be 1, but is 2.',
    ],
    [
      'it has no name',
      'export default { apiVersion: 1, setup() {} };',
      'Plugin ./p.mjs: name must be small letters, digits and dashes, such as acme, but is missing.',
    ],
    [
      'it has no setup',
      `export default { name: 'acme', apiVersion: 1 };`,
      'Plugin ./p.mjs: setup must be a function that returns the hooks, but is missing.',
    ],
    ['it exports no default', 'export const x = 1;', 'Plugin ./p.mjs: apiVersion must be 1, but is missing.'],
    [
      'a key is unknown',
      plugin('hooks: {},'),
      'Plugin ./p.mjs: hooks is not known here: the keys are name, apiVersion, version, description, options, setup.',
    ],
    [
      'setup returns nothing',
      setup('undefined'),
      'Plugin acme: setup must return an object with hooks, but returned missing.',
    ],
    [
      'a hook is unknown',
      setup('{ behaviors: {} }'),
      'Plugin acme: behaviors is no hook: hooks are behaviours, steps, sources, arrivals, dimensions, reporters.',
    ],
    [
      'a share is no share',
      behaviour('share: 2, longestMs: 0, visit() {}'),
      'Plugin acme, behaviours.b: share must be a number from 0 to 1, or a function, but is 2.',
    ],
    [
      'a function is missing',
      behaviour('share: 1, longestMs: 0'),
      'Plugin acme, behaviours.b: visit must be a function, but is missing.',
    ],
    [
      'a time is missing',
      behaviour('share: 1, visit() {}'),
      'Plugin acme, behaviours.b: longestMs must be a whole number of ms from 0 to 14,400,000, but is missing.',
    ],
    [
      'shares come to more than 1',
      setup('{ sources: { a: { share: 0.7, source() {} }, b: { share: 0.7, source() {} } } }'),
      'Plugin acme: the shares of sources must come to at most 1, but come to 1.4.',
    ],
    [
      'a dimension is filled twice',
      setup(
        '{ dimensions: { a: { id: 1, scope: "visit", value() {} }, b: { id: 1, scope: "visit", value() {} } } }',
      ),
      'Plugin acme, dimensions.b: dimension 1 is filled by acme, dimensions.a already.',
    ],
    [
      'setup throws',
      plugin('', '() => { throw new Error("no key") }'),
      'Plugin acme: setup threw an error: no key',
    ],
    [
      'its schema is wrong',
      plugin('options: { type: "objekt" },'),
      'Plugin acme: the JSON Schema of options cannot be used: Unsupported type: objekt.',
    ],
    [
      'it imports what is not there',
      `import x from 'nix-da';\n${plugin('')}`,
      'Plugin ./p.mjs: it imports nix-da, which cannot be found.',
    ],
    [
      'it awaits at its top',
      `await 1;\n${plugin('')}`,
      'Plugin ./p.mjs: it must not use await outside of a function.',
    ],
    ['it is no JavaScript', 'export default {', 'Plugin ./p.mjs: it cannot be loaded from'],
  ])('%s', async (_what, text, message) => {
    write({ 'p.mjs': text });
    expect(await errorOf('./p.mjs')).toContain(message);
  });

  it('it is not there', async () => {
    expect(await errorOf('./none.mjs')).toBe(`Plugin ./none.mjs: there is no such file in ${folder}.`);
    expect(await errorOf('acme-none')).toBe(
      `Plugin acme-none: there is no such package in ${folder} or above.`,
    );
  });

  it('its path lacks the dot, and the file that was meant is named', async () => {
    write({ 'acme.mjs': plugin('') });
    await expect(load('acme')).rejects.toMatchObject({ hint: 'Did you mean the file ./acme.mjs?' });
    await expect(load('none')).rejects.toMatchObject({
      hint: 'Install it with npm install none, or write a path such as ./none.mjs.',
    });
  });

  it('its name is used twice', async () => {
    write({ 'a.mjs': plugin(''), 'b.mjs': plugin('') });
    const requests = ['./a.mjs', './b.mjs'].map((use) => ({ use, options: {} }));
    await expect(loadPlugins(host, requests, [folder])).rejects.toThrow(
      'Plugin acme: the name is used by two plugins of the settings.',
    );
  });
});

describe('options', () => {
  const schema = `options: { type: 'object', properties: { share: { type: 'number', maximum: 1, default: 0.1 }, to: { enum: ['a', 'b'] } } },`;

  it('are checked, and get their defaults', async () => {
    write({ 'p.mjs': plugin(schema) });
    const { all } = await load('./p.mjs', { to: 'a' });
    expect(all[0]?.identity.options).toEqual({ share: 0.1, to: 'a' });
    expect(await errorOf('./p.mjs', { share: 2 })).toBe(
      'Plugin acme: options, share must be at most 1, but is 2.',
    );
    expect(await errorOf('./p.mjs', { shar: 0.2 })).toContain(
      'options has the unknown key shar. It has the options share, to.',
    );
    expect(await errorOf('./p.mjs', { to: 'c' })).toBe(
      'Plugin acme: options, to must be one of a, b, but is "c".',
    );
  });

  it('are none where the plugin names none', async () => {
    write({ 'p.mjs': plugin('') });
    expect(await errorOf('./p.mjs', { a: 1 })).toContain('options has the unknown key a. It has no options.');
  });
});

describe('the digest of a plugin', () => {
  const digestOf = async (use: string) => (await load(use)).all[0]?.identity.files;

  it('changes with its files, with those it imports, and with what its setup reads', async () => {
    const entry = `import { x } from './lib/x.mjs';\n${plugin('', '({ readFile }) => { readFile("data.txt"); return {}; }')}`;
    const files = { 'lib/x.mjs': 'export const x = 1;', 'data.txt': 'one' };
    const versions = [
      { 'e.mjs': entry, ...files },
      { 'e.mjs': `${entry} `, ...files },
      { 'e.mjs': entry, ...files, 'lib/x.mjs': 'export const x = 2;' },
      { 'e.mjs': entry, ...files, 'data.txt': 'two' },
    ];
    const digests: unknown[] = [];
    for (const [i, version] of versions.entries()) {
      write(Object.fromEntries(Object.entries(version).map(([name, text]) => [`v${i}/${name}`, text])));
      digests.push(await digestOf(`./v${i}/e.mjs`));
    }
    expect(new Set(digests).size).toBe(4);
    write({ 'same/e.mjs': entry, 'same/lib/x.mjs': files['lib/x.mjs'], 'same/data.txt': 'one' });
    expect(await digestOf('./same/e.mjs')).toBe(digests[0]);
  });

  it('must be that of the process that planned the run', async () => {
    write({ 'p.mjs': plugin('') });
    const { all } = await load('./p.mjs');
    const [sources, identities] = [all.map(({ source }) => source), all.map(({ identity }) => identity)];
    const same = await loadSamePlugins(host, sources, identities);
    expect(same.all).toHaveLength(1);
    const other = identities.map((identity) => ({ ...identity, version: '2.0.0' }));
    await expect(loadSamePlugins(host, sources, other)).rejects.toThrow(
      /^Plugin acme: it is version 0\.0\.0 \([0-9a-f]{12}\) here, and 2\.0\.0 \([0-9a-f]{12}\) where the run was planned\.$/,
    );
  });

  it('is not looked at again for a job that the process has loaded it for: it goes on with the code that it has', async () => {
    write({ 'p.mjs': plugin('') });
    const { all } = await load('./p.mjs');
    const [sources, identities] = [all.map(({ source }) => source), all.map(({ identity }) => identity)];
    const first = await loadSamePlugins(host, sources, identities);
    write({ 'p.mjs': `${plugin('')}\n` });
    expect(await loadSamePlugins(host, sources, identities)).toBe(first);
    const other = identities.map((identity) => ({ ...identity, version: '2.0.0' }));
    await expect(loadSamePlugins(host, sources, other)).rejects.toMatchObject({ code: 'plugin-changed' });
  });

  it('must stay while the process runs', async () => {
    write({ 'p.mjs': plugin('') });
    await load('./p.mjs');
    write({ 'p.mjs': `${plugin('')}\n` });
    expect(await errorOf('./p.mjs')).toBe(
      'Plugin acme: its files have changed since this process loaded it.',
    );
  });
});
