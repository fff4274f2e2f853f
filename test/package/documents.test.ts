import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ENV_NAMES } from '../../src/config/schema/settings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));

/** Names of the environment that are no settings. */
const OTHER_VARIABLES = [
  'CONTROL_UI_READ_KEY',
  'CONTROL_UI_API_KEY_FILE',
  'CONTROL_UI_READ_KEY_FILE',
  'TRAFFICINATOR_STATE_DIR',
  'LEDGER_URL',
  'LEDGER_URL_FILE',
  'LEDGER_TIMEOUT',
  'LEDGER_LEASE',
  'NODE_EXTRA_CA_CERTS',
  'NO_COLOR',
  'TEST_LONG',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
];
/** Names that the documents make up for the reader's own variables. */
const READERS_VARIABLES = ['TOKEN_BEFORE', 'TOKEN_AFTER'];
/** Names of the predecessor. */
const RETIRED_VARIABLES = [
  'BACKFILL_ENABLED',
  'BACKFILL_RUN_ONCE',
  'START_CHECK_INTERVAL',
  'START_SIGNAL_FILE',
  'AUTO_START',
  'CONTROL_UI_API_KEY',
  'CONTROL_UI_PORT',
  'CORS_ORIGINS',
  'CONFIG_DB_PATH',
];
/** What users put there. */
const USERS_FILES = ['deploy/.env', 'deploy/config', 'token.txt'];
const PATH = /^(?:(?:src|test|scripts|\.ci|bin|deploy|presets|funnels)\/[\w./-]*|[\w-]+\.(?:md|txt))$/;

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'deploy/README.md', 'bench/README.md'],
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const LARGEST_README_BYTES = 9000;

/** As a link names a heading. */
function anchorsOf(document: string): string[] {
  return matches(read(document), /^#+ (.*)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the README', () => {
  it('is short', () => {
    expect(statSync(join(ROOT, 'README.md')).size).toBeLessThan(LARGEST_README_BYTES);
  });

  it('leads to every page of docs/', () => {
    const pages = DOCUMENTS.filter((document) => document.startsWith('docs/'));
    const links = matches(read('README.md'), /\]\(([\w./-]+\.md)/g);
    expect(pages.filter((page) => !links.includes(page))).toEqual([]);
  });
});

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('names scripts that are there', () => {
    const names = matches(text, /(?:npm run|\$ npm|`npm) (?!run |install |pack)([a-z][a-z:-]*)/g);
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
    const links = matches(text, /\]\(([\w./-]+\.(?:md|svg))/g);
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
  });

  it('leads to headings that are there', () => {
    const links = matches(text, /\]\(([\w./-]*#[\w-]+)\)/g);
    const missing = links.filter((link) => {
      const [page = '', anchor = ''] = link.split('#');
      return !anchorsOf(page === '' ? document : join(dirname(document), page)).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  it('names settings that there are', () => {
    const known = [...ENV_NAMES, ...OTHER_VARIABLES, ...READERS_VARIABLES, ...RETIRED_VARIABLES];
    const named = matches(text, /\b([A-Z]+_[A-Z_]+)\b/g);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('docs/troubleshooting.md', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join('src', name)))
    .join('\n');

  /** Without what a message has in the place of `…` and of numbers, and without notes in brackets. */
  const partsOf = (message: string) =>
    message
      .replace(/ \([^)]*\)$/, '')
      .split(/…|\d+(?: s)?/)
      .map((part) => part.trim())
      .filter((part) => part !== '');

  it('quotes messages that there are', () => {
    const text = read('docs/troubleshooting.md');
    const tables = matches(text, /^(\| Message [\s\S]*?)\n\n/gm)
      .join('\n')
      .split('\n');
    const rows = tables.map((line) => line.split('|')[1]?.trim() ?? '').filter((cell) => /^\w/.test(cell));
    const messages = [...rows, ...matches(text, /^- \*([^*]+)\*:/gm)].filter(
      (cell) => cell !== 'Message' && !cell.startsWith('trafficinator:'),
    );
    expect(messages.length).toBeGreaterThan(12);
    const missing = messages.filter((message) => partsOf(message).some((part) => !sources.includes(part)));
    expect(missing).toEqual([]);
  });
});
