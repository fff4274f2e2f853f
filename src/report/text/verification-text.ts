/** A verification for people. At most 80 columns. */
import { wrapped } from '../format.ts';
import { undeliveredText } from '../undelivered.ts';
import { countText, differenceText, shownDifferences, type Verification } from '../verification.ts';

function line(label: string, what: string, cells: readonly string[]): string {
  return `${label.padEnd(12)}${what.padEnd(12)}${cells.map((cell) => cell.padStart(17)).join('')}\n`;
}

export function verificationText({ isEqual, rows, reasons, undelivered }: Verification): string {
  const title = line('day', 'what', ['sent', 'recorded', 'difference']);
  const lines = shownDifferences(rows).map((row) => {
    const { days, metric, sent, recorded } = row;
    return line(days, metric, [countText(metric, sent), countText(metric, recorded), differenceText(row)]);
  });
  const verdict = isEqual
    ? "equal: Matomo's reports match what was sent\n"
    : "different: Matomo's reports do not match what was sent. Likely reasons:\n";
  const missing = undeliveredText(undelivered);
  const end = missing === undefined ? '' : `${wrapped(missing, 0)}\n`;
  return `${title}${lines.join('')}\n${verdict}${reasons.map((reason) => `- ${wrapped(reason, 2)}\n`).join('')}${end}`;
}
