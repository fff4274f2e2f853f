/** A verification for people: totals of each metric, then the days that differ. At most 80 columns. */
import { formatNumber } from './format.ts';
import { type Difference, isEqual, METRICS } from './verification.ts';

function shown(metric: Difference['metric'], value: number): string {
  return metric === 'revenue' ? formatNumber(value / 100, 2) : formatNumber(value);
}

function row(label: string, metric: Difference['metric'], sent: number, recorded: number): string {
  const difference = recorded - sent;
  const sign = difference > 0 ? '+' : '';
  const cells = [shown(metric, sent), shown(metric, recorded), sign + shown(metric, difference)];
  return `${label.padEnd(12)}${metric.padEnd(12)}${cells.map((cell) => cell.padStart(17)).join('')}\n`;
}

export function verificationText(rows: readonly Difference[], reasons: readonly string[]): string {
  let text = `${'day'.padEnd(12)}${'what'.padEnd(12)}${['sent', 'recorded', 'difference'].map((title) => title.padStart(17)).join('')}\n`;
  for (const difference of rows.filter((candidate) => !isEqual(candidate))) {
    text += row(difference.date, difference.metric, difference.sent, difference.recorded);
  }
  for (const metric of METRICS) {
    const own = rows.filter((candidate) => candidate.metric === metric);
    const sum = (side: 'sent' | 'recorded') => own.reduce((total, candidate) => total + candidate[side], 0);
    if (own.length > 0) text += row('all days', metric, sum('sent'), sum('recorded'));
  }
  const verdict = rows.every(isEqual) ? 'equal: Matomo has what was sent\n' : 'different; likely reasons:\n';
  return `${text}\n${verdict}${reasons.map((reason) => `- ${reason}\n`).join('')}`;
}
