/** What a schedule does, in numbers, as the service counts them: how much each start sends, where to, and when. */
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { ScheduleCheck } from '../../api/schema.ts';
import { zoneText } from '../../components/zone-time.ts';
import type { ScheduleRecord } from './draft.ts';

const MOST_TARGETS = 3;

/** @throws Problem where its time or its settings are none */
export async function checkOf(record: ScheduleRecord, signal?: AbortSignal): Promise<ScheduleCheck> {
  const given = signal === undefined ? {} : { signal };
  const { data } = await call('post', '/api/v2/schedules/check', { body: record, ...given });
  return data;
}

function whereOf({ targets }: ScheduleCheck): string {
  const places = targets.slice(0, MOST_TARGETS).map(({ url, site }) => {
    return url === null ? 'the embedded endpoint' : `site ${site} at ${url}`;
  });
  const more = targets.length - places.length;
  return `${[...new Set(places)].join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `Each start`, or `This`: what follows is what it sends. */
export function effectText(who: string, record: ScheduleRecord, check: ScheduleCheck): string {
  const { visits, visitsPerDay, days } = check;
  const where = whereOf(check);
  if (visits !== null && days !== null) {
    const window = days === 1 ? 'the day before' : `the ${formatNumber(days)} days before`;
    const rest = record.catchUpDays ? ', less what was sent already' : '';
    return `${who} sends about ${formatNumber(visits)} visits of ${window} to ${where}${rest}.`;
  }
  const rate =
    visitsPerDay === null
      ? 'at the rate of its settings'
      : `at about ${formatNumber(visitsPerDay)} visits a day`;
  const end = record.forSeconds
    ? `for ${formatNumber(record.forSeconds / 3600, record.forSeconds % 3600 === 0 ? 0 : 1)} h`
    : 'until it is stopped or a limit is reached';
  return `${who} sends live traffic ${end}, ${rate}, to ${where}.`;
}

/** By the clock of the schedule. */
export const timeText = (at: string, timezone = 'UTC') =>
  zoneText(at, timezone, { weekday: 'short', day: 'numeric', month: 'short' });

/** Why it could not start; undefined where it could. */
export function reasonOf({ errors }: ScheduleCheck): string | undefined {
  return errors.length === 0 ? undefined : errors.map(({ message }) => message).join(' ');
}
