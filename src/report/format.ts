/** Numbers, times and lines of text for people. */

/** Tenths of a number below are exact, too. */
const MOST_EXACT = 1e14;

/** 12345.5 becomes `12,345.50` with two digits. */
export function formatNumber(value: number, digits = 0): string {
  // By hand: a run would wait some ms for `Intl` before its first hit. As there, it is the written number that is rounded.
  const shifted = value === 0 || value >= 1e-6 ? Math.round(Number(`${value}e${digits}`)) : Number.NaN;
  if (shifted < MOST_EXACT && !Object.is(value, -0)) {
    const text = String(shifted).padStart(digits + 1, '0');
    const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
    return digits === 0 ? whole : `${whole}.${text.slice(-digits)}`;
  }
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function formatDuration(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const WIDTH = 80;

/** The text in lines that leave room for the indent, which stands before all but the first of them. */
export function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}

/** `11,170 of 40,000 visits (28 %)`; without an end of its own, `11,170 visits`. */
export function progressText(done: number, planned: number | undefined): string {
  if (planned === undefined || planned === 0) return `${formatNumber(done)} visits`;
  return `${formatNumber(done)} of ${formatNumber(planned)} visits (${Math.floor((100 * done) / planned)} %)`;
}
