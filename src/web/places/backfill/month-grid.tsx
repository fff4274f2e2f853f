/** A month as a grid of days, for mouse and keyboard; the window is the days from the first to the last one chosen. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Day, dayByKey, firstOfMonth, monthShifted, nameOfDay, nameOfMonth, weeksOf } from './days.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** What a day is beside its date; the look and the words of each are told by `MARKS`. */
export type Mark = 'sent' | 'partly' | 'token';
export const MARKS: Readonly<Record<Mark, string>> = {
  sent: 'sent before',
  partly: 'sent in part',
  token: 'needs a token',
};

interface Props {
  /** `YYYY-MM-DD`, or empty. */
  readonly from: Day;
  readonly to: Day;
  /** Any day of the month that is shown. */
  readonly month: Day;
  /** The first and the last day that can be chosen. */
  readonly oldest: Day;
  readonly today: Day;
  readonly marks: ReadonlyMap<Day, Mark>;
  readonly onMonth: (day: Day) => void;
  readonly onChange: (from: Day, to: Day) => void;
}

const inOrder = (a: Day, b: Day): [from: Day, to: Day] => (a <= b ? [a, b] : [b, a]);

interface CellProps {
  /** Undefined for a place that no day of the month has. */
  readonly day: Day | undefined;
  readonly isCurrent: boolean;
  readonly isToday: boolean;
  readonly isChosen: boolean;
  readonly isEnd: boolean;
  readonly isOff: boolean;
  readonly mark: Mark | undefined;
}

function Cell({ day, isCurrent, isToday, isChosen, isEnd, isOff, mark }: CellProps) {
  if (day === undefined) return <td />;
  const notes = [isToday ? 'today' : '', mark ? MARKS[mark] : ''].filter(Boolean);
  const name = [nameOfDay(day), ...notes].join(', ');
  const looks = [isChosen && 'chosen', isEnd && 'end', isToday && 'today', mark].filter(Boolean);
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a cell of a grid is a gridcell, which has it
    <td
      data-day={day}
      class={looks.join(' ')}
      tabIndex={isCurrent ? 0 : -1}
      aria-selected={isChosen}
      aria-disabled={isOff}
      aria-label={name}
      title={mark ? MARKS[mark] : undefined}
    >
      {Number(day.slice(8))}
    </td>
  );
}

/** Which day a second choice would complete to a window. */
function useChoice({ from, to, oldest, today, onChange }: Props) {
  const anchor = useSignal<Day | undefined>(undefined);
  // A window that comes from somewhere else ends a choice that was begun.
  if (anchor.value !== undefined && (from !== anchor.value || to !== anchor.value)) anchor.value = undefined;
  return {
    anchor: anchor.value,
    choose(day: Day, isExtended: boolean) {
      if (day < oldest || day > today) return;
      const start = anchor.value ?? (isExtended && from !== '' ? from : undefined);
      anchor.value = start === undefined ? day : undefined;
      onChange(...inOrder(start ?? day, day));
    },
  };
}

/** The name of the month, and buttons to its neighbours. */
function MonthHead({ month, oldest, today, onTurn }: Props & { readonly onTurn: (months: number) => void }) {
  return (
    <div class="row spread">
      <button
        type="button"
        class="plain"
        aria-label="Previous month"
        disabled={firstOfMonth(month) <= firstOfMonth(oldest)}
        onClick={() => onTurn(-1)}
      >
        ‹
      </button>
      <strong id="month-name" aria-live="polite">
        {nameOfMonth(month)}
      </strong>
      <button
        type="button"
        class="plain"
        aria-label="Next month"
        disabled={firstOfMonth(month) >= firstOfMonth(today)}
        onClick={() => onTurn(1)}
      >
        ›
      </button>
    </div>
  );
}

export function MonthGrid(props: Props) {
  const { from, to, month, oldest, today, marks, onMonth } = props;
  const { anchor, choose } = useChoice(props);
  const pointed = useSignal<Day | undefined>(undefined);
  /** The one day of the grid that Tab goes to. */
  const current = useSignal<Day>('');
  const mustFocus = useRef(false);
  const grid = useRef<HTMLTableElement>(null);
  const within = (day: Day) => (day < oldest ? oldest : day > today ? today : day);
  const tabStop = [current.value, to, from].find((day) => day.slice(0, 7) === month.slice(0, 7));
  useEffect(() => {
    if (!mustFocus.current) return;
    const cell = grid.current?.querySelector<HTMLElement>(`[data-day="${current.value}"]`);
    cell?.focus();
    // The day may be of a month that is about to be shown.
    mustFocus.current = cell === null || cell === undefined;
  });
  const [first, last] = anchor === undefined ? [from, to] : inOrder(anchor, pointed.value ?? anchor);
  const dayAt = (event: Event) =>
    (event.target as HTMLElement).closest<HTMLElement>('[data-day]')?.dataset.day;
  const onKeyDown = (event: KeyboardEvent) => {
    const day = dayAt(event);
    if (day === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = dayByKey(day, event.key, event.shiftKey);
    if (next === undefined && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (next === undefined) return choose(day, event.shiftKey);
    current.value = within(next);
    pointed.value = current.value;
    mustFocus.current = true;
    onMonth(current.value);
  };
  return (
    <div class="month">
      <MonthHead {...props} onTurn={(months) => onMonth(within(monthShifted(month, months)))} />
      {/* biome-ignore lint/a11y/useKeyWithMouseEvents: keys move what is pointed at too */}
      <table
        ref={grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: as the pattern of a grid of dates has it
        role="grid"
        aria-labelledby="month-name"
        aria-multiselectable="true"
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const day = dayAt(event);
          if (day === undefined) return;
          current.value = within(day);
          choose(day, event.shiftKey);
        }}
        onMouseOver={(event) => {
          pointed.value = dayAt(event);
        }}
      >
        <thead>
          <tr>
            {WEEKDAYS.map((name) => (
              <th key={name} scope="col" abbr={name}>
                {name.slice(0, 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week.find(Boolean)}>
              {week.map((day, i) => (
                <Cell
                  key={WEEKDAYS[i]}
                  day={day}
                  isCurrent={day === (tabStop ?? within(firstOfMonth(month)))}
                  isToday={day === today}
                  isChosen={first !== '' && day !== undefined && day >= first && day <= last}
                  isEnd={day === first || day === last}
                  isOff={day !== undefined && (day < oldest || day > today)}
                  mark={marks.get(day ?? '')}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {anchor !== undefined && (
        <small role="status">Now choose the other end; the same day again for one day.</small>
      )}
    </div>
  );
}
