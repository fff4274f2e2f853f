/** How long a run has been going on, and when it ends; both count on their own. */
import { useEffect, useState } from 'preact/hooks';
import { formatDuration } from '../../../report/format.ts';
import type { Run } from '../../api/schema.ts';
import { connection, heardMs } from '../../live/state.ts';

/** The present instant, every second, while somebody can see it. */
export function useNow(isNeeded: boolean): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isNeeded) return;
    const timer = setInterval(() => !document.hidden && setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return nowMs;
}

export const wholeSeconds = (ms: number) =>
  formatDuration(Math.round(ms / 1000) * 1000).replace('.0 s', ' s');

/** `Nov 26, 07:25`, with the year where it is another one. */
export function instantText(ms: number): string {
  const isThisYear = new Date(ms).getFullYear() === new Date().getFullYear();
  return new Date(ms).toLocaleString([], {
    ...(isThisYear ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

export function RunTime({ run }: { run: Run }) {
  const isAway = connection.value === 'away';
  const clockMs = useNow(!run.isEnded && !isAway);
  // How long it has been going on since nobody was heard of, nobody knows.
  const nowMs = isAway && heardMs.value > 0 ? heardMs.value : clockMs;
  const startMs = Date.parse(run.startedAt ?? run.createdAt ?? '');
  const endMs = run.endedAt === null ? nowMs : Date.parse(run.endedAt);
  const start = instantText(startMs);
  const took = wholeSeconds(Math.max(0, endMs - startMs));
  return <>{run.isEnded ? `${start}, took ${took}` : `since ${start} (${took})`}</>;
}

export function EndsIn({ run }: { run: Run }) {
  const nowMs = useNow(!run.isEnded && run.endsAt !== null);
  if (run.isEnded || run.endsAt === null) return null;
  return <span class="soft">ends in {wholeSeconds(Math.max(0, Date.parse(run.endsAt) - nowMs))}</span>;
}
