import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ENV_NAMES, SETTINGS, settingByEnv } from '../../src/config/schema/settings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  readonly build: { readonly context: string; readonly dockerfile: string };
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | null>>;
  readonly volumes: readonly string[];
}

describe('deploy/compose.yaml', () => {
  const text = read('deploy/compose.yaml');
  const { services, volumes }: { services: Record<'run' | 'backfill', Service>; volumes: object } = parse(
    text,
    {
      merge: true,
    },
  );

  it('knows every setting that it passes on, and passes all of them to a backfill', () => {
    const passed = Object.keys(services.backfill.environment);
    expect(passed.filter((name) => !ENV_NAMES.includes(name))).toEqual([]);
    expect(SETTINGS.map(({ env }) => env).filter((name) => !passed.includes(name))).toEqual([]);
  });

  it('keeps what belongs to a backfill from a run', () => {
    const passed = Object.keys(services.run.environment);
    expect(passed.length).toBeGreaterThan(30);
    expect(passed.filter((name) => name.startsWith('BACKFILL_'))).toEqual([]);
  });

  it('shows the defaults that hold', () => {
    const shown = [...text.matchAll(/^ +([A-Z_]+): # (\S+)$/gm)];
    expect(shown.length).toBeGreaterThan(30);
    for (const [, name = '', value] of shown) {
      expect(`${name}=${value}`).toBe(`${name}=${[settingByEnv(name)?.default].flat().join(',')}`);
    }
  });

  it('builds from a Dockerfile that is there, and mounts the folder of the state', () => {
    for (const service of Object.values(services)) {
      expect(existsSync(join(ROOT, 'deploy', service.build.context, service.build.dockerfile))).toBe(true);
      expect(service.volumes).toContain('state:/state');
    }
    expect(Object.keys(volumes)).toEqual(['state']);
  });
});

describe('deploy/compose.cluster.yaml', () => {
  interface ClusterService {
    readonly image?: string;
    readonly command?: readonly string[];
    readonly extends?: { readonly file: string; readonly service: string };
    readonly environment?: Readonly<Record<string, string>>;
    readonly deploy?: { readonly replicas: number };
  }
  const file: {
    services: Record<string, ClusterService>;
    secrets: Record<string, { file: string }>;
    volumes: object;
  } = parse(read('deploy/compose.cluster.yaml'), { merge: true });
  const { postgres, ...own } = file.services;
  const base: { services: object } = parse(read('deploy/compose.yaml'), { merge: true });

  it('extends services that there are, and gives all of them the ledger as a file', () => {
    expect(Object.keys(own)).toEqual(['worker', 'start', 'serve']);
    for (const service of Object.values(own)) {
      expect(service.extends?.file).toBe('compose.yaml');
      expect(Object.keys(base.services)).toContain(service.extends?.service);
      expect(service.environment).toMatchObject({ LEDGER_URL_FILE: '/config/ledger-url' });
    }
    expect(file.services.worker).toMatchObject({ command: ['worker'], deploy: { replicas: 3 } });
  });

  it('has no password in a variable, and a fixed version of PostgreSQL', () => {
    const variables = Object.values(file.services).flatMap(({ environment }) =>
      Object.keys(environment ?? {}),
    );
    expect(variables.filter((name) => /PASSWORD$|^LEDGER_URL$/.test(name))).toEqual([]);
    expect(postgres?.image).toMatch(/^postgres:\d+/);
    expect(Object.values(file.secrets)).toEqual([{ file: './config/postgres-password' }]);
    expect(Object.keys(file.volumes)).toEqual(['postgres', 'state']);
  });
});

describe('deploy/Dockerfile', () => {
  const text = read('deploy/Dockerfile');
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) =>
    paths.split(' '),
  );

  it('copies what is there', () => {
    expect(copied).toContain('src');
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('is sent just what it copies', () => {
    const allowed = read('deploy/Dockerfile.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    expect(allowed.toSorted()).toEqual(copied.toSorted());
  });

  it('copies all that goes into the package', () => {
    const { files }: { files: string[] } = JSON.parse(read('package.json'));
    expect(
      files.filter((path) => path !== 'dist' && !path.startsWith('!') && !copied.includes(path)),
    ).toEqual([]);
  });

  it('ends as a user without rights, with the ledger in a volume and a check of its health', () => {
    const last = text.slice(text.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/TRAFFICINATOR_STATE_DIR=\/state\b/);
    expect(last).toMatch(/^VOLUME \/state$/m);
    expect(last).toMatch(/^HEALTHCHECK .*\\\n.*CMD[\s\S]*trafficinator validate/m);
  });
});
