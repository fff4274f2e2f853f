// Draws docs/terminal.svg, or the file that is named: a terminal with a command, and what it really prints.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As it stands in the picture, line by line. */
const COMMAND = [
  'trafficinator backfill --sink --preset shop --days-back 2 \\',
  '    --visits-per-day 500 --verify',
];
const COLUMNS = 80;
const FONT_SIZE = 14;
const CHARACTER_WIDTH = 8.4;
const LINE_HEIGHT = 19;
const MARGIN = 20;
const TITLE_BAR = 36;

const root = fileURLToPath(new URL('..', import.meta.url));

/** Standard output of the command in an empty folder, without settings from this shell. */
function outputOf(args) {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-picture-'));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'bin/trafficinator.js'), ...args],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        TRAFFICINATOR_STATE_DIR: folder,
        COLUMNS: String(COLUMNS),
      },
      encoding: 'utf8',
    },
  );
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`trafficinator ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Each run of text between wide gaps stands where its column is, whatever font the reader has. */
function textsOf(line, y, style = '') {
  return [...line.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }) => {
    const x = (MARGIN + index * CHARACTER_WIDTH).toFixed(1);
    const width = (text.length * CHARACTER_WIDTH).toFixed(1);
    return `<text x="${x}" y="${y}" textLength="${width}" lengthAdjust="spacingAndGlyphs"${style}>${escaped(text)}</text>`;
  });
}

function pictureOf(command, output) {
  const prompt = command.map((line, i) => (i === 0 ? `$ ${line}` : `  ${line}`));
  const rows = [...prompt, '', ...output];
  const width = Math.ceil(COLUMNS * CHARACTER_WIDTH + 2 * MARGIN);
  const height = TITLE_BAR + rows.length * LINE_HEIGHT + MARGIN;
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, i) => `<circle cx="${MARGIN + 4 + i * 20}" cy="18" r="6" fill="${colour}"/>`,
  );
  const texts = rows.flatMap((line, i) =>
    textsOf(line, TITLE_BAR + (i + 1) * LINE_HEIGHT - 5, i < prompt.length ? ' fill="#7ee787"' : ''),
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>A terminal with a backfill and its summary</title>',
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9" fill="#0d1117" stroke="#6e7681"/>`,
    ...lights,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace" font-size="${FONT_SIZE}" fill="#e6edf3">`,
    ...texts,
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

const [, ...args] = COMMAND.join(' ').match(/[\w-]+/g);
const lines = outputOf(args).trimEnd().split('\n');
const [file = join(root, 'docs/terminal.svg')] = process.argv.slice(2);
writeFileSync(file, pictureOf(COMMAND, lines));
console.log(`${file}: ${lines.length} lines of output`);
