/** Instants by the clock of a timezone that is not always the browser's. */

/** As with `toLocaleString`; a timezone that the browser does not know, such as Matomo's UTC+5.5, is shown as UTC. */
export function zoneText(at: string | number, timezone: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(at);
  const text = (timeZone: string) =>
    date.toLocaleString([], { hourCycle: 'h23', minute: '2-digit', hour: '2-digit', ...options, timeZone });
  try {
    return text(timezone);
  } catch {
    return `${text('UTC')} UTC`;
  }
}
