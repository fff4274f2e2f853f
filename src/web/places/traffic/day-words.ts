/** A previewed day in sentences: what is sent, which targets get it, and whose timezone and currency it is in. */
import { formatNumber } from '../../../report/format.ts';
import type { DayPreview } from '../../api/schema.ts';

type Day = Pick<DayPreview, 'targets' | 'strategy' | 'timezone' | 'currency'>;

const each = ({ targets }: Day) =>
  targets.map(({ name, visits }) => `${name} ${formatNumber(visits)}`).join(', ');

/** Undefined where there is one target only. */
export function targetsText(day: Day): string | undefined {
  const { targets, strategy } = day;
  const [first] = targets;
  if (!first || targets.length < 2) return undefined;
  const count = `${targets.length} targets`;
  const all = targets.length === 2 ? 'both' : 'all';
  if (strategy === 'mirror')
    return `${count}, every visit to ${all}: ${formatNumber(first.visits)} visits to each. The numbers are those of one.`;
  if (strategy === 'independent')
    return `${count} with visits of their own: ${each(day)}. The numbers are the sum.`;
  const how = { 'round-robin': 'equally', random: 'at random' }[strategy] ?? 'by weight';
  return `${count} share the visits ${how}: ${each(day)}.`;
}

/** @param origins of timezone and currency, by the name of the setting; `assumed` where a site would know better */
export function placeText({ timezone, currency }: Day, originOf: (env: string) => string): string {
  const words = (value: string, origin: string) =>
    `${value}${origin === 'site' ? ' (the site’s)' : origin === 'assumed' ? ' (assumed)' : ''}`;
  const [zone, money] = [originOf('TIMEZONE'), originOf('ECOMMERCE_CURRENCY')];
  const text = `Timezone ${words(timezone, zone)}, currency ${words(currency, money)}.`;
  return zone === 'assumed' || money === 'assumed'
    ? `${text} With a token, “Test the connection” takes those of the site.`
    : text;
}

/**
 * What the cap does to a day that wants more; undefined where it does nothing.
 * @param cap as it is set; 0 for none
 */
export function cappedText(
  { partsOf, visits }: Pick<DayPreview, 'partsOf' | 'visits'>,
  cap: number,
  wanted: number,
): string | undefined {
  if (partsOf !== 'day' || !(cap > 0 && wanted > cap) || visits === 0) return undefined;
  return `The daily cap decides: the first ${formatNumber(cap)} of about ${formatNumber(wanted)} visits are sent, and none in the rest of the day. To spread them over the day, set that many visits a day.`;
}

const WHOLE_DAY = '00:00-24:00';

interface Limits {
  /** Visits a day; empty or 0 for none. */
  readonly cap: string;
  /** `07:00-08:30`; empty for the whole day. */
  readonly hours: string;
  readonly hasEnd: boolean;
}

/** What a start will do, with the number of the preview. @param places where each target is, in their order */
export function startText(
  day: Pick<DayPreview, 'visits' | 'partsOf' | 'timezone' | 'strategy'>,
  places: readonly string[],
  { cap, hours, hasEnd }: Limits,
): string {
  const isMirror = places.length > 1 && day.strategy === 'mirror';
  const where = places.join(' and ');
  const times = day.partsOf === 'day' ? 'visits a day' : 'visits from now on';
  const limits = [
    ...(Number(cap) > 0 ? [`at most ${formatNumber(Number(cap))} a day`] : []),
    ...(hours === '' || hours === WHOLE_DAY ? [] : [`only ${hours} (${day.timezone})`]),
  ];
  const rest = limits.length > 0 ? `, ${limits.join(', ')}` : '';
  const until = hasEnd ? 'until you stop it or its end is reached' : 'until you stop it';
  return `About ${formatNumber(day.visits)} ${times} are sent to ${isMirror ? 'each of ' : ''}${where}${isMirror ? ', the same ones' : ''}${rest}, ${until}.`;
}
