import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ENV_NAMES } from '../../src/config/settings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));

/** Names of the environment that are no settings. */
const OTHER_VARIABLES = ['TRAFFICINATOR_STATE_DIR', 'NODE_EXTRA_CA_CERTS', 'NO_COLOR'];
const RETIRED_VARIABLES = ['BACKFILL_ENABLED', 'BACKFILL_RUN_ONCE', 'AUTO_START', 'START_SIGNAL_FILE'];
/** What users put there. */
const USERS_FILES = ['deploy/.env', 'deploy/config', 'token.txt'];
const PATH = /^(?:(?:src|test|\.dev|\.ci|bin|deploy|presets|funnels)\/[\w./-]*|[\w-]+\.(?:md|txt))$/;

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'deploy/README.md'],
  ...['docs/how-it-works.md', 'docs/matomo-setup.md', 'docs/troubleshooting.md'],
];

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('names scripts that are there', () => {
    const names = matches(text, /(?:npm run|\$ npm|`npm) (?!run |install )([a-z][a-z:]*)/g);
    expect(names.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('names files and folders that are there', () => {
    const paths = [
      ...matches(text, /`([^`\n]+)`/g).filter((code) => PATH.test(code)),
      ...matches(text, /(?:node|bash|--config|-f) ([\w./-]*\/[\w./-]+)/g),
    ];
    const missing = paths.filter((path) => !path.includes('NAME') && !existsSync(join(ROOT, path)));
    expect(missing.filter((path) => !USERS_FILES.includes(path))).toEqual([]);
  });

  it('leads to documents that are there', () => {
    const links = matches(text, /\]\(([\w./-]+\.md)/g);
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
  });

  it('names settings that there are', () => {
    const known = [...ENV_NAMES, ...OTHER_VARIABLES, ...RETIRED_VARIABLES];
    const named = matches(text, /\b([A-Z]+_[A-Z_]+)\b/g);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});
