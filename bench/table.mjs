// Results as text.
import { isReached } from './measure.mjs';

function number(value) {
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function spread({ min, max }) {
  return `${number(min)}-${number(max)}`;
}

function wish(side) {
  const { wanted } = side;
  if (wanted === undefined) return '';
  const bound = wanted.atLeast === undefined ? `at most ${wanted.atMost}` : `at least ${wanted.atLeast}`;
  return `${bound}${wanted.of === 'value' ? ' (median)' : ''}: ${isReached(side) ? 'reached' : 'missed'}`;
}

/** @param result of `alternate`, with the benchmark's title, unit and conditions */
export function table({ title, unit, conditions, rounds, sides }) {
  const details = [...new Set(sides.flatMap((side) => Object.keys(side.details)))];
  const rows = [
    ['', unit, 'min-max', ...details, 'ratio', 'min-max', 'to', 'wanted'],
    ...sides.map((side) => [
      side.name,
      number(side.median),
      spread(side),
      ...details.map((key) => (side.details[key] ? number(side.details[key].median) : '')),
      side.ratio ? side.ratio.median.toFixed(3) : '',
      side.ratio ? `${side.ratio.min.toFixed(3)}-${side.ratio.max.toFixed(3)}` : '',
      side.against ?? '',
      wish(side),
    ]),
  ];
  const used = rows[0].map((_, column) => column).filter((i) => rows.slice(1).some((row) => row[i] !== ''));
  const widths = used.map((i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = rows.map((row) =>
    used
      .map((i, place) => (place === 0 ? row[i].padEnd(widths[place]) : row[i].padStart(widths[place])))
      .join('  ')
      .trimEnd(),
  );
  return `\n${title} (${[...conditions, `${rounds} rounds`].join(', ')})\n\n${lines.join('\n')}\n`;
}
