import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createFakeHost, packageFiles } from '../doubles/fake-host.ts';
import { VirtualClock } from '../doubles/virtual-clock.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
/** Flags of other programs, one that is looked for to be refused, and one that only the service gives. */
const OTHERS = [
  ...['--token', '--test', '--again-from', '--heap-growing-percent'],
  ...['--semi-space-growth-factor', '--min-semi-space-size', '--max-semi-space-size'],
  ...['--interrupt-budget', '--outfile'],
];
/** Flags of other tools that are pointed to ours, words of shells, and custom properties of CSS. */
const OTHER_FILES = ['/completion/', 'flag-pointers.ts', '/report/html/'];

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'web' ? [] : filesBelow(path);
    return name.endsWith('.ts') ? [path] : [];
  });
}

/** What stands in the program's texts: comments may speak of anything. */
function textOf(path: string): string {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
    .join('\n');
}

describe('what messages, hints and examples of the command name', () => {
  let completion = '';
  beforeAll(async () => {
    const host = createFakeHost({ files: packageFiles() });
    await main(['completion', 'bash'], host, new VirtualClock());
    completion = host.stdoutText();
  });

  it('are flags that there are', () => {
    const known = new Set([...(completion.match(/--[a-z][a-z-]*/g) ?? []), ...OTHERS]);
    const unknown = filesBelow(SRC)
      .filter((path) => !OTHER_FILES.some((part) => path.includes(part)))
      .flatMap((path) =>
        [...textOf(path).matchAll(/(?<![\w$-])--[a-z][a-z]+(?:-[a-z]+)*(?![\w-]*[({])/g)].map(
          ([flag]) => `${flag} in ${path.slice(SRC.length + 1)}`,
        ),
      )
      .filter((entry) => !known.has(entry.split(' ')[0] ?? ''));
    expect(unknown).toEqual([]);
  });

  it('are commands that there are', async () => {
    const host = createFakeHost({ files: packageFiles() });
    await main([], host, new VirtualClock());
    const commands = [...host.stdoutText().matchAll(/^ {2}([a-z][a-z-]*)\b/gm)].map(([, name]) => name);
    const named = filesBelow(SRC).flatMap((path) =>
      [...textOf(path).matchAll(/(?:\$ |[`"':] ?)trafficinator ([a-z][a-z-]+)\b/g)].map(
        ([, name]) => `${name} in ${path.slice(SRC.length + 1)}`,
      ),
    );
    const known = [...commands, 'help', 'shard-worker'];
    expect(named.filter((entry) => !known.includes(entry.split(' ')[0] ?? ''))).toEqual([]);
  });
});
