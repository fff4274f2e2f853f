/** When a hit happened: `cdt` and `cdo` as Matomo understands them. */
import { integerOf, numberOf, type Parameters, textOf } from './parameters.ts';

const OLDEST_SECONDS = 20 * 365 * 86_400;
/** From this age on a hit's time needs a token. */
const TOKEN_AGE_SECONDS = 86_400;

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  const seconds = Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60;
  return digits.startsWith('-') ? -seconds : seconds;
}

/** Epoch seconds, or null for what is no time. Text without a zone is UTC, whatever the site's timezone. */
function parseTime(parameters: Parameters): number | null {
  const number = numberOf(parameters, 'cdt', Number.NaN);
  if (!Number.isNaN(number)) return number;
  const match = DATE_TIME.exec(textOf(parameters, 'cdt').trim());
  if (!match) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone] = match;
  const utc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return utc / 1000 - offsetSeconds(zone);
}

interface HitTime {
  /** Epoch seconds. */
  readonly seconds: number;
  readonly needsToken: boolean;
}

/** A time in the future, unparsable, in milliseconds or over twenty years old is silently replaced by now. */
export function hitTime(parameters: Parameters, nowSeconds: number): HitTime {
  const now = { seconds: nowSeconds, needsToken: false };
  const cdt = textOf(parameters, 'cdt');
  const ago = Math.abs(integerOf(parameters, 'cdo', 0));
  const hasTime = cdt !== '' && cdt !== '0';
  if (!hasTime && ago === 0) return now;
  const given = hasTime ? parseTime(parameters) : nowSeconds;
  if (given === null) return now;
  const seconds = Math.trunc(given - ago);
  if (seconds > nowSeconds || seconds <= nowSeconds - OLDEST_SECONDS) return now;
  return { seconds, needsToken: nowSeconds - seconds >= TOKEN_AGE_SECONDS };
}
