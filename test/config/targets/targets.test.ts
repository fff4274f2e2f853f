import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../src/config/sources/load.ts';
import { SettingsError } from '../../../src/errors.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';

const NOW_MS = Date.parse('2026-05-20T12:00:00Z');
const [TOKEN_A, TOKEN_B] = ['a'.repeat(32), 'b'.repeat(32)];

interface Given {
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

function load({ yaml, env = {}, files = {} }: Given) {
  const host = createFakeHost({
    files: { ...packageFiles(), ...files, ...(yaml === undefined ? {} : { '/work/t.yaml': yaml }) },
    env,
  });
  const configPath = yaml === undefined ? undefined : 't.yaml';
  return loadSettings({ host, command: 'run', configPath, sink: false, nowMs: NOW_MS });
}

function problemsOf(given: Given): string[] {
  try {
    load(given);
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.problems.map(({ message, hint = '' }) => `${message} ${hint}`.trim());
    }
    throw error;
  }
  return [];
}

const LIST = `
strategy: weighted
volume:
  visitsPerDay: 900
targets:
  - name: old
    url: https://old.example
    tokenAuth: \${TOKEN_OLD}
    weight: 2
  - name: new
    url: https://new.example
    siteId: 4
    tokenAuth: \${TOKEN_NEW}
    timezone: Europe/Paris
    dailyCap: 50
  - name: off
    url: https://off.example
    enabled: false
`;
/** As the list spells the second target's token. */
const NEW_TOKEN = `\${TOKEN_NEW}`;
const TOKENS = { TOKEN_OLD: TOKEN_A, TOKEN_NEW: TOKEN_B };

describe('the only target', () => {
  it('is what the plain settings name', () => {
    const { targets, settings } = load({ env: { MATOMO_URL: 'https://m.example', MATOMO_SITE_ID: '3' } });
    const open = ['timezone', 'currency'];
    expect(targets).toEqual([{ name: 'default', weight: 1, settings, open }]);
  });
});

describe('a list of targets', () => {
  it('gives each enabled one its own values, and the others of all', () => {
    const { targets, settings } = load({ yaml: LIST, env: TOKENS });
    expect(settings.strategy).toBe('weighted');
    expect(
      targets.map(({ name, weight, settings: own }) => [name, weight, own.matomoUrl, own.siteId]),
    ).toEqual([
      ['old', 2, 'https://old.example/matomo.php', 1],
      ['new', 1, 'https://new.example/matomo.php', 4],
    ]);
    expect(targets.map(({ settings: own }) => [own.tokenAuth, own.timezone, own.dailyCap])).toEqual([
      [TOKEN_A, 'CET', 0],
      [TOKEN_B, 'Europe/Paris', 50],
    ]);
    for (const { settings: own } of targets) expect(own.visitsPerDay).toBe(900);
  });

  it('gives no target the token of another, nor one that stands outside of the list', () => {
    const yaml = LIST.replace(`tokenAuth: ${NEW_TOKEN}`, '');
    const { targets } = load({ yaml, env: { ...TOKENS, MATOMO_TOKEN_AUTH: 'c'.repeat(32) } });
    expect(targets.map(({ settings }) => settings.tokenAuth)).toEqual([TOKEN_A, undefined]);
  });

  it('reads tokens from the files that they are in', () => {
    const yaml = LIST.replace(`tokenAuth: ${NEW_TOKEN}`, 'tokenAuthFile: new.token');
    const { targets } = load({ yaml, env: TOKENS, files: { '/work/new.token': `${TOKEN_B}\n` } });
    expect(targets[1]?.settings.tokenAuth).toBe(TOKEN_B);
    expect(problemsOf({ yaml, env: TOKENS })[0]).toContain('new.token does not exist');
  });

  it('tells all that is wrong at once: what, where, and what to do', () => {
    const yaml = LIST.replace('siteId: 4', 'siteId: 0')
      .replace('dailyCap', 'dailycap')
      .replace('name: new', 'name: old');
    const problems = problemsOf({ yaml, env: { TOKEN_OLD: TOKEN_A } });
    expect(problems).toEqual([
      'targets[1].tokenAuth (t.yaml line 13) needs the environment variable TOKEN_NEW, which is not set.',
      'targets[1].dailycap (t.yaml line 15) is not a setting. Did you mean dailyCap?',
      'targets[1].siteId must be a whole number of at least 1, but is 0 (t.yaml line 12).',
      'Targets must be different, but old (t.yaml line 6) and old (t.yaml line 10) have the same name.',
    ]);
  });

  it.each([
    ['targets: 3', 'must be a list of mappings'],
    ['targets: []', 'MATOMO_URL (--url) must be the address'],
    ['strategy: sometimes', 'TARGET_STRATEGY must be weighted, round-robin, random, mirror or independent'],
    ['targets:\n  - name: a', 'The target a must have a url, but has none.'],
    ['targets:\n  - {url: "https://a.example", enabled: false}', 'At least one target must be enabled.'],
    [
      'targets:\n  - {url: "https://a.example"}\n  - {url: "https://a.example/"}',
      'have the same url and site',
    ],
    [
      'strategy: mirror\ntargets:\n  - {url: "https://a.example"}\n  - {url: "https://b.example", timezone: Asia/Tokyo}',
      'timezone is CET for target-1 and Asia/Tokyo for target-2',
    ],
    [
      'targets:\n  - {url: "https://a.example", visitsPerDay: 5}\n  - {url: "https://b.example"}',
      'divides one number of visits among the targets, but target-1 (t.yaml line 2) has its own visitsPerDay',
    ],
  ])('refuses %j', (yaml, message) => {
    expect(problemsOf({ yaml, env: {} })[0] ?? '').toContain(message);
  });

  it('shows no token in a problem', () => {
    const yaml = LIST.replace(NEW_TOKEN, `"${TOKEN_B} ${TOKEN_B}"`);
    const problems = problemsOf({ yaml, env: TOKENS });
    expect(problems[0]).toContain('targets[1].tokenAuth must be a Matomo token without spaces, but is ***');
    expect(problems.join()).not.toContain(TOKEN_B);
  });

  it('cannot stand beside MATOMO_URL', () => {
    const problems = problemsOf({ yaml: LIST, env: { ...TOKENS, MATOMO_URL: 'https://m.example' } });
    expect(problems[0]).toContain('MATOMO_URL (environment MATOMO_URL) and the list of targets');
  });

  it('is not for a preset to have', () => {
    const files = { ...packageFiles(), '/work/p.yaml': LIST };
    const host = createFakeHost({ files, env: TOKENS });
    const presets = ['/work/p.yaml'];
    expect(() => loadSettings({ host, command: 'run', presets, sink: true, nowMs: NOW_MS })).toThrow(
      /A preset must not set the URL, the site or the token, but preset .* sets targets\[0\]/,
    );
  });
});

describe('numbered variables', () => {
  const env = {
    MATOMO_URL: 'https://one.example',
    MATOMO_SITE_ID: '7',
    MATOMO_TOKEN_AUTH: TOKEN_A,
    MATOMO_URL_2: 'https://two.example',
    MATOMO_SITE_ID_2: '8',
  };

  it('add targets to the one that the plain variables name', () => {
    const { targets } = load({ env });
    expect(targets.map(({ name, settings }) => [name, settings.matomoUrl, settings.siteId])).toEqual([
      ['target-1', 'https://one.example/matomo.php', 7],
      ['target-2', 'https://two.example/matomo.php', 8],
    ]);
    expect(targets.map(({ settings }) => settings.tokenAuth)).toEqual([TOKEN_A, undefined]);
  });

  it('name, weigh and switch off targets, the first included', () => {
    const names = {
      MATOMO_NAME_1: 'old',
      MATOMO_NAME_2: 'new',
      MATOMO_WEIGHT_2: '3',
      MATOMO_TOKEN_AUTH_2: TOKEN_B,
    };
    const { targets } = load({ env: { ...env, ...names } });
    expect(targets.map(({ name, weight, settings }) => [name, weight, settings.tokenAuth])).toEqual([
      ['old', 1, TOKEN_A],
      ['new', 3, TOKEN_B],
    ]);
    expect(load({ env: { ...env, MATOMO_ENABLED_2: 'no' } }).targets).toHaveLength(1);
  });

  it('go before what a list says of the target with the number', () => {
    const { targets } = load({ yaml: LIST, env: { ...TOKENS, MATOMO_URL_2: 'https://newer.example' } });
    expect(targets[1]?.settings.matomoUrl).toBe('https://newer.example/matomo.php');
  });
});
