import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { createProcessHost } from '../../../src/host.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

const PACKAGE = packageFiles();

async function inMemory(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const host = createFakeHost({ files: { ...PACKAGE, ...files } });
  const code = await main(['plugin', ...args], host, new VirtualClock());
  return { code, stdout: host.stdoutText(), stderr: host.stderrText(), files: host.files };
}

describe('plugin new', () => {
  it('writes a plugin and its test, and names both and what comes next', async () => {
    const { code, stdout, stderr, files } = await inMemory(['new', 'rating']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'rating.mjs\nrating.test.mjs\n' });
    expect(stderr).toBe('next: trafficinator plugin check ./rating.mjs\n');
    expect(files.get('/work/rating.mjs')).toContain("name: 'rating'");
    expect(files.get('/work/rating.test.mjs')).toContain('./rating.mjs');
  });

  it.each(['rating.mjs', 'rating.test.mjs'])(
    'overwrites no %s, and writes nothing beside it',
    async (name) => {
      const { code, stdout, stderr, files } = await inMemory(['new', 'rating'], {
        [`/work/${name}`]: 'mine',
      });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`error: ${name} is in this folder already.`);
      expect(stderr).toContain('hint: Use another name, or remove the file.');
      expect(files.get(`/work/${name}`)).toBe('mine');
      expect([...files.keys()].filter((path) => path.startsWith('/work/'))).toEqual([`/work/${name}`]);
    },
  );

  it.each(['Rating', '../rating', 'a b', '1st', ''])('refuses the name "%s"', async (name) => {
    const { code, stdout, stderr, files } = await inMemory(['new', name]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('The name of a plugin must have small letters, digits and dashes');
    expect([...files.keys()].filter((path) => path.startsWith('/work/'))).toEqual([]);
  });
});

describe('what plugin is not given', () => {
  it.each([
    [['new'], "missing required argument 'name'"],
    [['check'], "missing required argument 'module'"],
    [['nwe', 'x'], "unknown command 'nwe'"],
    [['list', '--jsn'], "unknown option '--jsn'"],
    [['check', './none.mjs'], 'Plugin ./none.mjs: there is no such file in /work.'],
    [['check', 'none'], 'Plugin none: there is no such package in /work or above.'],
    [['list', '--plugin', './none.mjs {"share":'], 'its options must be a JSON object'],
  ])('%j ends with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await inMemory(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message);
  });
});

describe('plugin list', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plugins-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Modules are loaded from real files. */
  async function list(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const host = createFakeHost({ columns: 80, isTty: true });
    const { readFile, exists, isDirectory, listDir, linkTarget, packageDir } = createProcessHost();
    const files = { readFile, exists, isDirectory, listDir, linkTarget, packageDir };
    const code = await main(
      ['plugin', 'list', ...args],
      { ...host, ...files, env, cwd: folder },
      new VirtualClock(),
    );
    return { code, stdout: host.stdoutText(), stderr: host.stderrText() };
  }

  it('says how to name one where there is none', async () => {
    const { code, stdout, stderr } = await list();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      'no plugins: name them in PLUGINS, in plugins: of a settings file, or with --plugin',
    );
  });

  it('has those of the settings file, of the environment and of flags, with what they add and their options', async () => {
    const hooks = `behaviours: { visit: { share: 0.1, longestMs: 0, visit() {} } }, dimensions: { plan: { id: 7, scope: 'visit', value() {} } }`;
    const schema = `options: { type: 'object', properties: { share: { type: 'number', default: 0.2 } } },`;
    const text = (name: string) =>
      `export default { name: '${name}', apiVersion: 1, version: '1.2.0', description: 'Some visitors do what no setting describes, ${name}, and that is described at length.', ${schema} setup: () => ({ ${hooks} }) };`;
    for (const name of ['file', 'environment', 'flag'])
      writeFileSync(join(folder, `${name}.mjs`), text(name));
    writeFileSync(
      join(folder, 'trafficinator.yaml'),
      'plugins:\n  - use: ./file.mjs\n    options: { share: 0.5 }\n',
    );
    const ofFile = await list();
    expect(ofFile).toMatchObject({ code: 0, stderr: '' });
    expect(ofFile.stdout).toBe(
      `file 1.2.0  ./file.mjs
  Some visitors do what no setting describes, file, and that is described at
  length.
  behaviours  visit
  dimensions  plan
  options     {"share":0.5}
`,
    );
    expect((await list([], { PLUGINS: './environment.mjs' })).stdout).toMatch(/^environment 1\.2\.0 {2}/);
    const json = await list(['--plugin', './flag.mjs {"share": 1}', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: 1,
      type: 'plugin',
      name: 'flag',
      version: '1.2.0',
      use: './flag.mjs',
      options: { share: 1 },
      hooks: { behaviours: ['visit'], dimensions: ['plan'] },
      path: join(folder, 'flag.mjs'),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      optionsSchema: { type: 'object', properties: { share: { type: 'number', default: 0.2 } } },
    });
  });

  it('refuses wrong options and broken modules with exit code 2', async () => {
    const plain = `export default { name: 'plain', apiVersion: 1, setup: () => ({}) };`;
    writeFileSync(join(folder, 'plain.mjs'), plain);
    const wrong = await list(['--plugin', './plain.mjs {"share": 1}']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('Plugin plain: options has the unknown key share.');
    writeFileSync(join(folder, 'broken.mjs'), `throw new Error('out of order');`);
    const broken = await list(['--plugin', './broken.mjs']);
    expect(broken).toMatchObject({ code: 2, stdout: '' });
    expect(broken.stderr.replaceAll(/\s+/g, ' ')).toContain('Plugin ./broken.mjs: it cannot be loaded');
    expect(broken.stderr).toContain('out of order');
    expect(readFileSync(join(folder, 'plain.mjs'), 'utf8')).toBe(plain);
  });
});
