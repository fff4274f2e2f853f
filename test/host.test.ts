import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkResultFiles } from '../src/cli/files/result-files.ts';
import { SettingsError } from '../src/errors.ts';
import { createProcessHost } from '../src/host.ts';

const host = createProcessHost();
let folder: string;
const path = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(path(name), 'utf8');
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trafficinator-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file that is written', () => {
  it('is the one that a symbolic link leads to', () => {
    writeFileSync(path('real.json'), 'old');
    symlinkSync('real.json', path('link.json'));
    symlinkSync('link.json', path('link-to-link.json'));
    host.writeFile(path('link-to-link.json'), 'new');
    expect(read('real.json')).toBe('new');
    for (const name of ['link.json', 'link-to-link.json']) {
      expect(lstatSync(path(name)).isSymbolicLink()).toBe(true);
    }
  });

  it('is made where a symbolic link leads to nothing yet', () => {
    symlinkSync('made/later.json', path('dangling.json'));
    host.writeFile(path('dangling.json'), 'text');
    expect(read('made/later.json')).toBe('text');
    expect(lstatSync(path('dangling.json')).isSymbolicLink()).toBe(true);
  });

  it('keeps its permissions', () => {
    writeFileSync(path('private.txt'), 'old');
    chmodSync(path('private.txt'), 0o640);
    host.writeFile(path('private.txt'), 'new');
    expect(statSync(path('private.txt')).mode & 0o777).toBe(0o640);
    host.writePrivateFile(path('private.txt'), 'newer');
    expect(statSync(path('private.txt')).mode & 0o777).toBe(0o600);
  });

  it('is not replaced for ever by links that lead to each other', () => {
    symlinkSync('b', path('a'));
    symlinkSync('a', path('b'));
    expect(() => host.writeFile(path('a'), 'text')).toThrow(/ELOOP|EEXIST|ENOENT/);
    expect(lstatSync(path('a')).isSymbolicLink()).toBe(true);
  });
});

describe('result files', () => {
  const check = (files: Record<string, string>) => checkResultFiles({ host }, files);

  it('are tried out without a trace, also by a link to nothing', () => {
    symlinkSync('tried.json', path('try.json'));
    check({ summary: path('try.json') });
    expect(lstatSync(path('try.json')).isSymbolicLink()).toBe(true);
    expect(() => statSync(path('tried.json'))).toThrow(/ENOENT/);
  });

  it('must differ, by whatever name', () => {
    writeFileSync(path('one.txt'), '');
    symlinkSync('one.txt', path('other.txt'));
    expect(() => check({ summary: path('one.txt'), csv: path('other.txt') })).toThrow(SettingsError);
  });
});
