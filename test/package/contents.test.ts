import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** All that a user needs, and nothing besides. */
const ALLOWED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|urls\.txt)$/,
  /^bin\/trafficinator\.js$/,
  /^dist\/[\w-]+\.js$/,
  /^dist\/web\/(manifest\.json|(page|part)-[A-Z0-9]{8}\.(js|css))$/,
  /^dist\/plugin\.d\.ts$/,
  /^examples\/plugins\/[\w-]+\.(mjs|yaml|md)$/,
  /^dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^presets\/[\w-]+\.(env|yaml)$/,
  /^presets\/[\w-]+\/[\w-]+\.(txt|json|yaml)$/,
  /^funnels\/[\w-]+\.yaml$/,
  /^docs\/((decisions|realism)\/)?[\w-]+\.(md|svg)$/,
];
const NEEDED = [
  'package.json',
  'README.md',
  'docs/settings.md',
  'docs/terminal.svg',
  'LICENSE',
  'bin/trafficinator.js',
  'dist/start.js',
  'dist/plugin.js',
  'dist/plugin.d.ts',
  'examples/plugins/webinar.mjs',
  'dist/THIRD-PARTY-NOTICES.txt',
  'presets/light.env',
  'presets/shop/urls.txt',
  'funnels/personas.yaml',
  'urls.txt',
];
/** Half of the tarball is the control service, its page and PostgreSQL's client: 1.37 MB in all, and a little room. */
const LARGEST_TARBALL_BYTES = 1_450_000;
const LARGEST_PACKAGE_BYTES = 5_300_000;

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

interface LockFile {
  readonly packages: Readonly<
    Record<
      string,
      { readonly dev?: boolean; readonly hasInstallScript?: boolean; readonly resolved?: string }
    >
  >;
}

describe('the package', () => {
  let packed: Packed;
  let paths: string[];

  beforeAll(() => {
    const command = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const text = execFileSync('npm', command, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    [packed] = JSON.parse(text);
    paths = packed.files.map(({ path }) => path);
  });

  it('holds nothing but what a user needs', () => {
    expect(paths.filter((path) => !ALLOWED.some((pattern) => pattern.test(path)))).toEqual([]);
  });

  it('holds all that the command reads', () => {
    expect(paths).toEqual(expect.arrayContaining(NEEDED));
  });

  it('starts without imports of modules of Node.js, which take longer than their use', () => {
    const imports = /\bimport\b[^;()]*from\n?"node:\w+"/;
    const scripts = paths.filter((path) => /^dist\/[\w-]+\.js$/.test(path));
    expect(scripts.length).toBeGreaterThan(20);
    expect(scripts.filter((path) => imports.test(readFileSync(`${ROOT}/${path}`, 'utf8')))).toEqual([]);
  });

  it('is small', () => {
    expect(packed.size).toBeLessThan(LARGEST_TARBALL_BYTES);
    expect(packed.unpackedSize).toBeLessThan(LARGEST_PACKAGE_BYTES);
  });
});

describe('the lock file', () => {
  const { packages }: LockFile = JSON.parse(readFileSync(`${ROOT}/package-lock.json`, 'utf8'));

  it('has no package among those that users install that runs a script when it is installed', () => {
    const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    expect(installed.map(([path]) => path)).toContain('node_modules/libsql');
    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  });

  it('names no address to download from', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
