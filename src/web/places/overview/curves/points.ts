/** The curve of a run: fetched once, then followed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../../../api/client.ts';
import type { Run } from '../../../api/schema.ts';
import { connection } from '../../../live/state.ts';
import type { Points } from './summed-up.ts';

const EVERY_MS = 1000;
const MOST = 600;
/** Whole curves are fetched, so less often. */
const TARGETS_EVERY = 3;

function joined(before: Points, more: Points): Points {
  const names = Object.keys({ ...before, ...more });
  return Object.fromEntries(
    names.map((name) => [name, [...(before[name] ?? []), ...(more[name] ?? [])].slice(-MOST)]),
  );
}

/** How long the steps of a curve are. */
export type Resolution = 'second' | 'minute' | 'hour';

const MINUTE_MS = 60_000;

/** So fine that the whole run is in its curve. */
export function resolutionOf({ startedAt, endedAt }: Run): Resolution {
  const lengthMs = (endedAt === null ? Date.now() : Date.parse(endedAt)) - Date.parse(startedAt ?? '');
  if (!(lengthMs > 10 * MINUTE_MS)) return 'second';
  return lengthMs > 600 * MINUTE_MS ? 'hour' : 'minute';
}

/** What is said in place of a curve without values. */
export function emptyText({ atMs }: Points, isAtWork: boolean): string {
  if (atMs === undefined)
    return connection.value === 'away' ? 'Not loaded: the service does not respond.' : 'Loading …';
  return isAtWork
    ? 'No measurements yet. The curve starts with the first responses.'
    : 'The run was too short for a curve.';
}

/** @param isAtWork the curve still grows; once it does not, it stands until it was fetched to its end */
export function usePoints(
  runId: number | undefined,
  isAtWork: boolean,
  resolution: Resolution = 'second',
): Points {
  const [points, setPoints] = useState<Points>({});
  const sinceMs = useRef(0);
  useEffect(() => {
    setPoints({});
    sinceMs.current = 0;
  }, [runId, resolution]);
  useEffect(() => {
    if (runId === undefined) return;
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      let isMissed = false;
      try {
        const query = { resolution, sinceMs: sinceMs.current };
        const { data } = await call('get', '/api/v2/runs/{id}/points', {
          path: { id: runId },
          query,
          signal: over.signal,
        });
        const columns = data.columns;
        sinceMs.current = columns.atMs?.at(-1) ?? sinceMs.current;
        setPoints((before) => joined(before, columns));
      } catch {
        // The banner says that the service is away; the next look brings what was missed.
        isMissed = true;
      }
      if (!over.signal.aborted && (isAtWork || isMissed))
        timer = setTimeout(look, document.hidden ? 10 * EVERY_MS : EVERY_MS);
    };
    void look();
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [runId, isAtWork, resolution]);
  return points;
}

/** The same of each target, for a run of several. */
export function useTargetPoints(runId: number, targets: number, isAtWork: boolean): readonly Points[] {
  const [all, setAll] = useState<readonly Points[]>([]);
  useEffect(() => setAll([]), [runId, targets]);
  useEffect(() => {
    if (targets < 2) return;
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pointsOf = async (target: number) => {
      const query = { resolution: 'second', sinceMs: 0, target } as const;
      const path = { id: runId };
      return (await call('get', '/api/v2/runs/{id}/points', { path, query, signal: over.signal })).data
        .columns;
    };
    const look = async () => {
      let isMissed = false;
      try {
        const found = await Promise.all(Array.from({ length: targets }, (_, i) => pointsOf(i)));
        setAll(found.map((columns) => joined({}, columns)));
      } catch {
        // The banner says that the service is away; the next look brings what was missed.
        isMissed = true;
      }
      if (!over.signal.aborted && (isAtWork || isMissed))
        timer = setTimeout(look, (document.hidden ? 10 : TARGETS_EVERY) * EVERY_MS);
    };
    void look();
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [runId, targets, isAtWork]);
  return all;
}

/** A column as rates a second. */
export function perSecond(points: Points, name: string): number[] {
  return (points[name] ?? []).map((count, i) => count / Math.max(0.001, points.seconds?.[i] ?? 1));
}
