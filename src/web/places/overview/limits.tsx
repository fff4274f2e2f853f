/** What bounds a live run: the next visit, the daily cap until it starts again, the hours of visits, declared events. */
import { formatNumber } from '../../../report/format.ts';
import type { Run } from '../../api/schema.ts';
import { zoneText } from '../../components/zone-time.ts';
import { eventsOf, factorText } from './curves/declared-events.ts';
import { isCapReached } from './outcomes.ts';
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

/** The first visit that comes, of all targets; undefined while visits keep coming. */
function nextVisitOf({ targets, isEnded }: Run) {
  if (isEnded || targets.some(({ nextVisit }) => !nextVisit)) return undefined;
  return targets
    .flatMap(({ nextVisit, timezone }) => (nextVisit ? [{ ...nextVisit, timezone }] : []))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))[0];
}

const clock = (at: string, timezone: string) => zoneText(at, timezone, { weekday: 'short' });

function NextVisit({ run, nowMs }: { run: Run; nowMs: number }) {
  const next = nextVisitOf(run);
  if (!next) return null;
  const leftMs = Date.parse(next.at) - nowMs;
  return (
    <div>
      <dt>Next visit</dt>
      <dd>
        {leftMs > 0 ? `in ${wholeSeconds(leftMs)}` : 'now'}
        <small>
          {clock(next.at, next.timezone)} {next.timezone}: {next.why}
        </small>
      </dd>
    </div>
  );
}

/** Those that are going on or to come. */
function DeclaredEvents({ run, nowMs }: { run: Run; nowMs: number }) {
  const [event] = eventsOf(run.targets)
    .filter(({ to }) => Date.parse(to) > nowMs)
    .sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  if (!event || run.isEnded) return null;
  const { timezone = 'UTC' } = run.targets[0] ?? {};
  const isOn = Date.parse(event.from) <= nowMs;
  return (
    <div>
      <dt>Declared event</dt>
      <dd>
        {factorText(event)}
        {event.kind !== 'growth' && (
          <small>{isOn ? `until ${clock(event.to, timezone)}` : `from ${clock(event.from, timezone)}`}</small>
        )}
      </dd>
    </div>
  );
}

function hoursText(isWithin: boolean | undefined, isCapped: boolean): string {
  if (isWithin === false) return 'outside now: no visit starts';
  return isCapped ? 'within the hours, but the cap is reached' : 'visits start now';
}

export function Limits({ run }: { run: Run }) {
  const [target] = run.targets;
  const nowMs = useNow(!run.isEnded);
  if (!target) return null;
  const { cap = 0, admittedToday = 0, activeHours, isWithinActiveHours, timezone } = target;
  const leftMs = cap > 0 && !run.isEnded ? msUntilMidnight(timezone, nowMs) : undefined;
  return (
    <dl class="figures">
      <NextVisit run={run} nowMs={nowMs} />
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
              {hoursText(isWithinActiveHours, isCapReached(target))}, {timezone}
            </small>
          </dd>
        </div>
      )}
      <DeclaredEvents run={run} nowMs={nowMs} />
    </dl>
  );
}
