/** Two days, typed or chosen by how far back they reach. */

interface Props {
  /** `YYYY-MM-DD`, or empty. */
  readonly from: string;
  readonly to: string;
  readonly onChange: (from: string, to: string) => void;
}

const isoDay = (daysAgo: number) => {
  const day = new Date();
  day.setDate(day.getDate() - daysAgo);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
};

const WINDOWS = [
  { label: 'Yesterday', days: 1 },
  { label: 'Last 7 days', days: 7 },
  { label: 'Last 30 days', days: 30 },
  { label: 'Last 90 days', days: 90 },
] as const;

function lastMonth(): [from: string, to: string] {
  const two = (value: number) => String(value).padStart(2, '0');
  const now = new Date();
  const last = new Date(now.getFullYear(), now.getMonth(), 0);
  const month = `${last.getFullYear()}-${two(last.getMonth() + 1)}`;
  return [`${month}-01`, `${month}-${two(last.getDate())}`];
}

function dayCount(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}

export function Calendar({ from, to, onChange }: Props) {
  const days = from !== '' && to !== '' ? dayCount(from, to) : undefined;
  return (
    <div class="stack">
      <div class="row">
        {WINDOWS.map(({ label, days: count }) => (
          <button key={label} type="button" class="small" onClick={() => onChange(isoDay(count), isoDay(1))}>
            {label}
          </button>
        ))}
        <button type="button" class="small" onClick={() => onChange(...lastMonth())}>
          Last month
        </button>
      </div>
      <div class="fields">
        <div class="field">
          <label for="first-day">First day</label>
          <input
            id="first-day"
            type="date"
            value={from}
            max={isoDay(0)}
            onInput={({ currentTarget }) => onChange(currentTarget.value, to)}
          />
        </div>
        <div class="field">
          <label for="last-day">Last day</label>
          <input
            id="last-day"
            type="date"
            value={to}
            max={isoDay(0)}
            onInput={({ currentTarget }) => onChange(from, currentTarget.value)}
          />
        </div>
      </div>
      {days !== undefined && (
        <p class={days < 1 || days > 180 ? 'bad' : 'soft'}>
          {days < 1
            ? 'The last day must not be before the first.'
            : days > 180
              ? `${days} days: a window is 180 days long at most.`
              : `${days} ${days === 1 ? 'day' : 'days'}`}
        </p>
      )}
    </div>
  );
}
