import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { parseSinkConfig } from '../../../src/sink/config.ts';
import { createSink, type Sink } from '../../../src/sink/sink.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';
import { SUPER_TOKEN } from '../binary.ts';
import { commandsOf, fencesOf, filesOf, flagsNamedIn } from './fences.ts';

const BINARY = fileURLToPath(new URL('../../../bin/trafficinator.js', import.meta.url));
const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));
const DOCUMENTS = [
  'README.md',
  ...readdirSync(DOCS)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** Sites as the documents have them: in the default timezone and currency. */
const SITES = parseSinkConfig({
  sites: [1, 3].map((id) => ({ id, timezone: 'Europe/Stockholm', currency: 'SEK' })),
  tokens: [{ token: SUPER_TOKEN, role: 'super' }],
});

/** What takes minutes is asked for in seconds. */
function hurried(command: string): string {
  return command
    .replaceAll(/--for \S+/g, '--for 1s')
    .replaceAll(/--wait \S+/g, '--wait 1s')
    .replaceAll(
      /trafficinator capacity/g,
      'trafficinator capacity --from 9/s --to 9/s --step 3s --hold 3s --threshold "hits.lost<1"',
    )
    .replaceAll(/\b\d+m(?=[:=!]\d)/g, '1s');
}

const root = mkdtempSync(join(tmpdir(), 'trafficinator-documents-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The installed command, as `trafficinator` and by way of npx. */
function installedIn(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const run = `exec "${process.execPath}" "${BINARY}" "$@"\n`;
  writeFileSync(join(bin, 'trafficinator'), `#!/bin/sh\n${run}`, { mode: 0o755 });
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\ntest "$1" = trafficinator || exit 90\nshift\n${run}`, {
    mode: 0o755,
  });
  return bin;
}

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A folder with a token and the documents' own files, and a reader's settings that keep the traffic small. */
function furnish(files: ReturnType<typeof filesOf>, url: string): Place {
  const folder = mkdtempSync(join(root, 'reader-'));
  for (const file of [...files, { name: 'token.txt', text: `${SUPER_TOKEN}\n` }]) {
    mkdirSync(dirname(join(folder, file.name)), { recursive: true });
    writeFileSync(join(folder, file.name), file.text.replaceAll('https://matomo.example.org', url));
  }
  const env = {
    PATH: `${installedIn(folder)}:${process.env.PATH}`,
    HOME: folder,
    TRAFFICINATOR_STATE_DIR: join(folder, 'state'),
    AUTO_STOP_AFTER_HOURS: '0.0003',
    BACKFILL_MAX_VISITS_PER_DAY: '5',
  };
  return { folder, env };
}

function shell(command: string, { folder, env }: Place): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', command], {
    cwd: folder,
    env,
    timeout: 300_000,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

/** As the completion script has them, which knows every command. */
async function flagsOfAllCommands(): Promise<Set<string>> {
  const host = createFakeHost({ files: packageFiles() });
  await main(['completion', 'bash'], host, new VirtualClock());
  return new Set(host.stdoutText().match(/--[a-z][a-z-]*/g));
}

const lacksJq = spawnSync('sh', ['-c', 'jq --version']).status !== 0;

describe.each(DOCUMENTS)('%s', (document) => {
  it('names flags that there are', async () => {
    const known = await flagsOfAllCommands();
    expect(flagsNamedIn(document).filter((flag) => !known.has(flag))).toEqual([]);
  });
});

/** As a reader follows them: one after the other, in one folder, with one server and one ledger. */
describe('the commands of all documents', () => {
  let sink: Sink;
  let url: string;
  let place: Place;
  beforeAll(async () => {
    sink = createSink({ config: SITES, now: Date.now });
    url = (await sink.listen(0)).url;
    place = furnish(filesOf(DOCUMENTS.flatMap(fencesOf)), url);
  });
  afterAll(() => sink.close());

  for (const document of DOCUMENTS) {
    const blocks = fencesOf(document).flatMap((fence) =>
      commandsOf(fence).map((text) => ({ line: fence.line, text })),
    );
    it.runIf(document === 'README.md')('are there', () => {
      expect(blocks.length).toBeGreaterThan(0);
    });
    for (const { line, text } of blocks) {
      it.skipIf(lacksJq && text.includes('jq '))(
        `run as line ${line} of ${document} says: ${text.split('\n', 1)[0]?.slice(0, 60)}`,
        async () => {
          const command = hurried(text)
            .replaceAll('https://matomo.example.org', url)
            .replaceAll('/srv/traffic', place.folder);
          const { code, output } = await shell(command, place);
          expect({ command, code, output }).toMatchObject({ code: 0 });
        },
      );
    }
  }
});

describe('the picture in the README', () => {
  /** What stands at the left of its lines, without the days, which pass. */
  const labelsOf = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/<text x="20\.0"[^>]*>([^<]*)</g)]
      .map(([, label = '']) => label)
      .filter((label) => !/^(\$|\d{4}-)/.test(label))
      .map((label) => label.replaceAll(/\d[\d,]*/g, 'N'));

  it('has the lines that the command prints now: to redraw it, node scripts/terminal-picture.mjs', () => {
    const file = join(root, 'terminal.svg');
    const script = fileURLToPath(new URL('../../../scripts/terminal-picture.mjs', import.meta.url));
    expect(spawnSync(process.execPath, [script, file], { encoding: 'utf8' })).toMatchObject({ status: 0 });
    expect(labelsOf(join(DOCS, 'terminal.svg'))).toEqual(labelsOf(file));
    expect(labelsOf(file)).toContain('digest');
  });
});
