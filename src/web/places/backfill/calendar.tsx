/** The window of days: typed, chosen in a month, or by how far back it reaches; days that were sent before are marked. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { BackfillDays } from '../../api/schema.ts';
import { useDayFacts } from './day-facts.ts';
import { type Day, dayCount, daysOfMonth, firstOfMonth, monthShifted, shifted } from './days.ts';
import { MARKS, type Mark, MonthGrid } from './month-grid.tsx';

interface Props {
  /** `YYYY-MM-DD`, or empty. */
  readonly from: Day;
  readonly to: Day;
  readonly onChange: (from: Day, to: Day) => void;
}

/** As the clock of this machine has it, until the service tells the site's. */
function ownToday(): Day {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

type Window = readonly [from: Day, to: Day];

const lastDays = (days: number) => (today: Day) => [shifted(today, -days), shifted(today, -1)] as const;

const WINDOWS: readonly { readonly label: string; readonly of: (today: Day) => Window }[] = [
  { label: 'Yesterday', of: lastDays(1) },
  { label: 'Last 7 days', of: lastDays(7) },
  { label: 'Last 30 days', of: lastDays(30) },
  { label: 'Last 90 days', of: lastDays(90) },
  { label: 'Last month', of: lastMonth },
];

const LONGEST = 180;
/** Older than any day that a service allows; it tells which one is the first. */
const OLDEST = '2000-01-01';

function lastMonth(today: Day): Window {
  const first = firstOfMonth(monthShifted(today, -1));
  return [first, shifted(first, daysOfMonth(first) - 1)];
}

/** A typed year that is not finished is no day. */
const isDay = (text: string) => /^(19|20)\d\d-\d\d-\d\d$/.test(text);

function marksOf(facts: BackfillDays | undefined, first: Day, last: Day): Map<Day, Mark> {
  const marks = new Map<Day, Mark>();
  if (!facts) return marks;
  const { withoutTokenFrom, oldest, sent } = facts;
  if (withoutTokenFrom !== null) {
    for (let day = first; day <= last && day < withoutTokenFrom; day = shifted(day, 1)) {
      if (day >= oldest) marks.set(day, 'token');
    }
  }
  for (const { date, isFinished } of sent) {
    // Of several targets, one that has a part of the day is enough.
    if (marks.get(date) !== 'partly') marks.set(date, isFinished ? 'sent' : 'partly');
  }
  return marks;
}

/** What there is to say of the window that is chosen. */
function WindowWords({ from, to, facts }: { from: Day; to: Day; facts: BackfillDays | undefined }) {
  const days = dayCount(from, to);
  const longest = facts?.longest ?? LONGEST;
  const sent = new Set(facts?.sent.filter(({ date }) => date >= from && date <= to).map(({ date }) => date));
  const words = `${days} ${days === 1 ? 'day' : 'days'}`;
  if (days < 1) return <p class="bad">The last day must not be before the first.</p>;
  if (days > longest)
    return (
      <p class="bad">
        {words}: a window is {longest} days long at most.
      </p>
    );
  const needsToken = facts?.withoutTokenFrom != null && from < facts.withoutTokenFrom;
  return (
    <div>
      <p class="soft">{words}</p>
      {sent.size > 0 && (
        <p class="warn">
          {sent.size === 1 ? `${[...sent][0]} was sent before.` : `${sent.size} of them were sent before.`}{' '}
          Choose other days, or tick “Send days again”.
        </p>
      )}
      {needsToken && <p class="warn">Matomo refuses visits older than 24 hours without a token.</p>}
    </div>
  );
}

function Legend({ marks }: { marks: ReadonlyMap<Day, Mark> }) {
  const present = new Set(marks.values());
  return (
    <div class="row legend-of-days soft">
      {(['sent', 'partly', 'token'] as const)
        .filter((mark) => present.has(mark))
        .map((mark) => (
          <span key={mark}>
            <i class={mark} /> {MARKS[mark]}
          </span>
        ))}
    </div>
  );
}

export function Calendar({ from, to, onChange }: Props) {
  const shown = useSignal<Day>(isDay(to) ? to : ownToday());
  const monthFirst = firstOfMonth(shown.value);
  const monthLast = shifted(monthFirst, daysOfMonth(monthFirst) - 1);
  const isWhole = isDay(from) && isDay(to);
  // The marks of the month, and what is to be said of the window.
  const [first, last] = isWhole
    ? [from < monthFirst ? from : monthFirst, to > monthLast ? to : monthLast]
    : [monthFirst, monthLast];
  const { facts, isSettled } = useDayFacts(first, last);
  const today = facts?.today ?? ownToday();
  const marks = marksOf(facts, monthFirst, monthLast);
  /** Clicked before the service has told which day it is at the site. */
  const awaited = useSignal<((today: Day) => Window) | undefined>(undefined);
  const change = (start: Day, end: Day, month: Day = end) => {
    awaited.value = undefined;
    if (isDay(month)) shown.value = month > today ? today : month;
    onChange(start, end);
  };
  useEffect(() => {
    if (!isSettled || !awaited.value) return;
    change(...awaited.value(today));
  }, [isSettled, awaited.value]);
  return (
    <div class="calendar">
      <div class="stack">
        <div class="row">
          {WINDOWS.map(({ label, of }) => (
            <button
              key={label}
              type="button"
              class="small"
              onClick={() => {
                awaited.value = of;
              }}
            >
              {label}
            </button>
          ))}
        </div>
        <div class="fields">
          <div class="field">
            <label for="first-day">First day</label>
            <input
              id="first-day"
              type="date"
              value={from}
              max={today}
              onInput={({ currentTarget: { value } }) => change(value, to, value)}
            />
          </div>
          <div class="field">
            <label for="last-day">Last day</label>
            <input
              id="last-day"
              type="date"
              value={to}
              max={today}
              onInput={({ currentTarget: { value } }) => change(from, value)}
            />
          </div>
        </div>
        {isWhole && <WindowWords from={from} to={to} facts={facts} />}
      </div>
      <div>
        <MonthGrid
          from={from}
          to={to}
          month={shown.value}
          oldest={facts?.oldest ?? OLDEST}
          today={today}
          marks={marks}
          onMonth={(day) => {
            shown.value = day;
          }}
          onChange={(start, end) => change(start, end, shown.value)}
        />
        <Legend marks={marks} />
      </div>
    </div>
  );
}
