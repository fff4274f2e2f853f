/** What bounds a live run: the daily cap with the time until it starts again, and the hours in which visits may start. */
import { formatNumber } from '../../../report/format.ts';
import type { Run } from '../../api/schema.ts';
import { useNow, wholeSeconds } from './times.tsx';

const DAY_SECONDS = 86_400;

function secondOfDay(timezone: string, ms: number): number | undefined {
  try {
    const parts = new Intl.DateTimeFormat('en', {
      timeZone: timezone,
      hourCycle: 'h23',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(ms);
    const part = (name: string) => Number(parts.find(({ type }) => type === name)?.value);
    return part('hour') * 3600 + part('minute') * 60 + part('second');
  } catch {
    // Matomo has timezones such as UTC+5.5 that the browser does not know.
    return undefined;
  }
}

/** Right on days with a change of the clock too: what is left after a first guess is added. */
function msUntilMidnight(timezone: string, nowMs: number): number | undefined {
  const second = secondOfDay(timezone, nowMs);
  if (second === undefined) return undefined;
  const guess = (DAY_SECONDS - second) * 1000;
  const off = secondOfDay(timezone, nowMs + guess) ?? 0;
  return guess + (off > DAY_SECONDS / 2 ? DAY_SECONDS - off : -off) * 1000;
}

export function Limits({ run }: { run: Run }) {
  const [target] = run.targets;
  const nowMs = useNow(!run.isEnded);
  if (!target) return null;
  const { cap = 0, admittedToday = 0, activeHours, isWithinActiveHours, timezone } = target;
  const leftMs = cap > 0 && !run.isEnded ? msUntilMidnight(timezone, nowMs) : undefined;
  return (
    <>
      {cap > 0 && (
        <div>
          <dt>Daily cap</dt>
          <dd>
            {formatNumber(admittedToday)}
            <small>
              of {formatNumber(cap)} today
              {leftMs !== undefined && `; a new day starts in ${wholeSeconds(leftMs)}`}
            </small>
          </dd>
        </div>
      )}
      {activeHours && (
        <div>
          <dt>Active hours</dt>
          <dd>
            {activeHours}
            <small>
              {isWithinActiveHours === false ? 'outside now: no visit starts' : 'visits start now'},{' '}
              {timezone}
            </small>
          </dd>
        </div>
      )}
    </>
  );
}
