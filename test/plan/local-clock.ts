/** Local dates and clocks as Intl tells them: an answer that the planned calendar is compared with. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timezone, format);
  }
  return format;
}

export interface LocalClock {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly minuteOfDay: number;
}

export function localClock(timezone: string, instantMs: number): LocalClock {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(instantMs)
      .map(({ type, value }) => [type, value]),
  );
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')];
  const date = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  return { date, hour, minute, second, minuteOfDay: hour * 60 + minute };
}
