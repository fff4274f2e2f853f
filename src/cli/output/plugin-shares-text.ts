/** The shares of behaviours and the values of dimensions for people: of the day, then of the six days after it with the weekdays on which there are any. */
import { formatNumber } from '../../report/format.ts';
import type { DayShares, DimensionShares } from '../processes/plugin-shares.ts';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function weekdayName(date: string): string {
  return WEEKDAYS[new Date(`${date}T00:00Z`).getUTCDay()] ?? date;
}

function shareText(visits: number, planned: number): string {
  return `${formatNumber(visits)} visits, ${((100 * visits) / Math.max(1, planned)).toFixed(1)} %`;
}

/** Values of a dimension that have room in a line. */
const SHOWN_VALUES = 5;

/** `  acme/level: 33.1 % of visits have a value: gold 16.6 %, silver 16.5 %` */
function dimensionText(name: string, { scope, of, filled, different, values }: DimensionShares): string {
  const percent = (count: number) => `${((100 * count) / Math.max(1, of)).toFixed(1)} %`;
  const shown = Object.entries(values).slice(0, SHOWN_VALUES);
  const listed = shown.map(([value, count]) => `${value} ${percent(count)}`);
  const others = different - shown.length;
  if (others > 0) listed.push(`${formatNumber(others)} more`);
  const all = scope === 'visit' ? 'visits' : 'hits';
  return `  ${name}: ${percent(filled)} of ${all} have a value${listed.length === 0 ? '' : ': '}${listed.join(', ')}\n`;
}

export function dayText({ date, planned, byBehaviour, byDimension }: DayShares): string {
  const lines = Object.entries(byBehaviour).map(
    ([name, visits]) => `  ${name}: ${shareText(visits, planned)}\n`,
  );
  lines.push(...Object.entries(byDimension).map(([name, shares]) => dimensionText(name, shares)));
  return `${formatNumber(planned)} visits of ${date} were planned with it.\n${lines.join('')}`;
}

/** `  acme/market: 60 visits, 10.0 % (Sat, Sun)` */
export function otherDaysText(days: readonly DayShares[]): string {
  const all = days.reduce((sum, { planned }) => sum + planned, 0);
  const names = Object.keys(days[0]?.byBehaviour ?? {});
  const lines = names.map((name) => {
    const visits = days.reduce((sum, { byBehaviour }) => sum + (byBehaviour[name] ?? 0), 0);
    const on = days.filter(({ byBehaviour }) => (byBehaviour[name] ?? 0) > 0);
    const only =
      on.length === 0 || on.length === days.length
        ? ''
        : ` (${on.map(({ date }) => weekdayName(date)).join(', ')})`;
    return `  ${name}: ${shareText(visits, all)}${only}\n`;
  });
  return `${formatNumber(all)} visits of the six days after it, up to 100 a day, were planned as well.\n${lines.join('')}`;
}
