// What is to be reached, and how far the benchmarks of this run have come.

/** A side's median, or the median of its ratios to another side of the same round. */
function medianOf({ sides }, name) {
  return sides.find((side) => side.name === name)?.median;
}

function costOf({ sides }, name, detail = 'µs CPU/hit') {
  return sides.find((side) => side.name === name)?.details[detail]?.median;
}

function ratioOf({ sides }, name, peer) {
  const [one, other] = [name, peer].map((each) => sides.find((side) => side.name === each));
  if (!one || !other) return undefined;
  const ratios = one.values.map((value, i) => value / other.values[i]).sort((a, b) => a - b);
  return (ratios[(ratios.length - 1) >> 1] + ratios[ratios.length >> 1]) / 2;
}

const GOALS = [
  ['single hits, µs of processor time', 'single', (result) => costOf(result, 'ours'), 'at most', 24],
  [
    'the same in the second half of the time',
    'single',
    (result) => costOf(result, 'ours', 'µs in the second half'),
    'at most',
    24,
  ],
  ['single ÷ autocannon', 'single', (result) => ratioOf(result, 'ours', 'autocannon'), 'at least', 0.45],
  [
    'single ÷ autocannon with a request made by a function',
    'single',
    (result) => ratioOf(result, 'ours', 'autocannon, function'),
    'at least',
    2,
  ],
  ['single ÷ wrk with Lua', 'single', (result) => ratioOf(result, 'ours', 'wrk, Lua'), 'at least', 0.35],
  [
    'single ÷ Artillery with a processor',
    'single',
    (result) => ratioOf(result, 'ours', 'Artillery, processor'),
    'at least',
    20,
  ],
  ['bulk ÷ before, one process', 'bulk', (result, ref) => ratioOf(result, 'ours', ref), 'at least', 2],
  [
    'bulk ÷ before, the command with its default of processes',
    'bulk',
    (result, ref) => ratioOf(result, 'ours, the command', `${ref}, the command`),
    'at least',
    2,
  ],
  ['planning ÷ before, one process', 'plan', (result, ref) => ratioOf(result, 'ours', ref), 'at least', 1.6],
  [
    'planning ÷ before, --dry-run with its default of processes',
    'plan',
    (result, ref) => ratioOf(result, 'ours, --dry-run', `${ref}, --dry-run`),
    'at least',
    1.6,
  ],
  ['resume at 90 % of a million visits, s', 'resume', (result) => medianOf(result, 'ours'), 'at most', 3],
  [
    'command typed to first hit accepted, ms',
    'firstHit',
    (result) => medianOf(result, 'run, first hit'),
    'at most',
    250,
  ],
];

function shown(value) {
  return value === undefined ? 'not measured' : String(Number(value.toPrecision(3)));
}

/** @param results by the name of the benchmark. @param ref the earlier commit that was measured beside */
export function goalTable(results, ref) {
  const rows = GOALS.filter(([, benchmark]) => results.has(benchmark)).map(
    ([title, benchmark, read, bound, goal]) => {
      const value = read(results.get(benchmark), ref);
      const isReached = value !== undefined && (bound === 'at least' ? value >= goal : value <= goal);
      const verdict = value === undefined ? '' : isReached ? 'reached' : 'missed';
      return [title, shown(value), `${bound} ${goal}`, verdict];
    },
  );
  if (rows.length === 0) return '';
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `\nGoals\n\n${lines.join('\n')}\n`;
}
