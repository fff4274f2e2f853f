/** How a job gets on: its counts, its curves, and what it has printed so far. */
import type { SerializedTotals } from '../../shards/serialization.ts';
import { type Curve, createCurve, type Resolution } from './curve.ts';
import type { JobEvent, TargetFacts, TargetProgress } from './process/protocol.ts';
import { type CurvePoint, shownTotals, sumOfTotals, withRestUnknown } from './totals.ts';

/** The rate is measured over so many of the newest points. */
const RATE_POINTS = 10;
/** Days whose summaries are kept. */
const MOST_DAYS = 400;

type State = Extract<JobEvent, { kind: 'state' }>;
type Summary = Readonly<Record<string, unknown>>;

interface TargetView {
  facts: TargetFacts;
  latest: TargetProgress | undefined;
  /** What earlier processes of the job have counted. */
  earlier: SerializedTotals | undefined;
  readonly curve: Curve;
}

export interface Progress {
  start(rank: number, facts: TargetFacts, nowMs: number): void;
  /** @returns what happened since the state before, over all targets */
  state(state: State): CurvePoint | undefined;
  /** A summary as `--json` prints it. */
  summary(summary: Summary): void;
  /** The process is gone; another one may go on. @param isCounted whether that one counts what this one has sent */
  processGone(isCounted: boolean, nowMs: number): void;
  readonly totals: SerializedTotals | undefined;
  readonly isTargetDown: boolean;
  readonly days: readonly Summary[];
  readonly total: Summary | undefined;
  /** Hits and visits a second, as measured lately. */
  rates(): {
    readonly hitsPerSecond: number;
    readonly visitsPerSecond: number;
    readonly requestsPerSecond: number;
  };
  targets(): readonly (TargetFacts &
    Omit<TargetProgress, 'totals'> & { readonly totals: SerializedTotals | undefined })[];
  /** What a service that comes back goes on from. */
  snapshot(): ProgressSnapshot;
  /** @param isCounted whether the next process counts what was sent before */
  restore(snapshot: ProgressSnapshot, isCounted: boolean, nowMs: number): void;
  readonly responseTimeoutMs: number;
}

/** Plain values, of a job at work. */
export interface ProgressSnapshot {
  readonly targets: readonly { readonly facts: TargetFacts; readonly totals: SerializedTotals | null }[];
  readonly days: readonly Summary[];
}

/** Points of curves, of one target or of all together. */
export type KeepPoints = (target: number | undefined, resolution: Resolution, point: CurvePoint) => void;

const IDLE = {
  activity: { requestsInFlight: 0, waitingMs: 0, isTargetDown: false },
  admittedToday: 0,
  isWithinActiveHours: true,
  nextVisit: null,
};
const DEFAULT_TIMEOUT_MS = 30_000;

function sumOf(all: readonly (SerializedTotals | undefined)[]): SerializedTotals | undefined {
  const [first, ...others] = all.filter((totals) => totals !== undefined);
  return first && sumOfTotals([first, ...others]);
}

export function createProgress(startMs: number, keep: KeepPoints): Progress {
  const targets: TargetView[] = [];
  const whole = createCurve(startMs, (resolution, point) => keep(undefined, resolution, point));
  const lately: CurvePoint[] = [];
  const days: Summary[] = [];
  let total: Summary | undefined;

  const curveOf = (rank: number, nowMs: number) =>
    createCurve(nowMs, (resolution, point) => keep(rank, resolution, point));
  const totalsOf = ({ earlier, latest }: TargetView) => sumOf([earlier, latest?.totals]);

  return {
    start(rank, facts, nowMs) {
      const known = targets[rank];
      if (known) known.facts = facts;
      else targets[rank] = { facts, latest: undefined, earlier: undefined, curve: curveOf(rank, nowMs) };
    },
    state({ atMs, targets: states }) {
      states.forEach((state, rank) => {
        const target = targets[rank];
        if (!target) return;
        target.latest = state;
        target.curve.add(atMs, state.totals);
      });
      const current = sumOf(targets.map(({ latest }) => latest?.totals));
      if (!current) return undefined;
      const point = whole.add(atMs, current);
      lately.push(point);
      if (lately.length > RATE_POINTS) lately.shift();
      return point;
    },
    summary(summary) {
      if (summary.type === 'day') {
        days.push(summary);
        if (days.length > MOST_DAYS) days.shift();
      } else if (summary.type === 'total') total = summary;
    },
    processGone(isCounted, nowMs) {
      lately.length = 0;
      for (const target of targets) {
        const { latest, curve } = target;
        if (!latest) continue;
        const counted = withRestUnknown(latest.totals);
        target.earlier = isCounted ? undefined : sumOf([target.earlier, counted]);
        target.latest = isCounted ? { ...IDLE, totals: counted } : undefined;
        curve.restart(nowMs, isCounted ? counted : undefined);
      }
      whole.restart(nowMs, isCounted ? sumOf(targets.map(totalsOf)) : undefined);
    },
    snapshot: () => ({
      targets: targets.map((target) => ({ facts: target.facts, totals: totalsOf(target) ?? null })),
      days,
    }),
    restore(snapshot, isCounted, nowMs) {
      snapshot.targets.forEach(({ facts, totals }, rank) => {
        const counted = totals ? withRestUnknown(totals) : undefined;
        const curve = curveOf(rank, nowMs);
        const latest = isCounted && counted ? { ...IDLE, totals: counted } : undefined;
        targets[rank] = { facts, latest, earlier: isCounted ? undefined : counted, curve };
        if (isCounted) curve.restart(nowMs, counted);
      });
      if (isCounted) whole.restart(nowMs, sumOf(targets.map(totalsOf)));
      else days.push(...snapshot.days);
    },
    get totals() {
      return sumOf(targets.map(totalsOf));
    },
    get isTargetDown() {
      return targets.some(({ latest }) => latest?.activity.isTargetDown === true);
    },
    get responseTimeoutMs() {
      return Math.max(0, ...targets.map(({ facts }) => facts.responseTimeoutMs)) || DEFAULT_TIMEOUT_MS;
    },
    days,
    get total() {
      return total;
    },
    rates() {
      const seconds = lately.reduce((sum, point) => sum + point.seconds, 0);
      const perSecond = (of: (point: CurvePoint) => number) =>
        seconds > 0 ? lately.reduce((sum, point) => sum + of(point), 0) / seconds : 0;
      return {
        hitsPerSecond: perSecond(({ accepted }) => accepted),
        visitsPerSecond: perSecond(({ visits }) => visits),
        requestsPerSecond: perSecond(({ requests }) => requests),
      };
    },
    targets: () =>
      targets.map((target) => ({ ...target.facts, ...IDLE, ...target.latest, totals: totalsOf(target) })),
  };
}

/** What is kept of a job that has ended. */
export interface Outcome {
  readonly totals: ReturnType<typeof shownTotals> | null;
  readonly days: readonly Summary[];
  readonly total: Summary | null;
  /** Without totals in what earlier versions have kept. */
  readonly targets: readonly (Omit<TargetFacts, 'responseTimeoutMs'> & {
    readonly totals?: ReturnType<typeof shownTotals> | null;
  })[];
}

export function outcomeOf({ totals, days, total, targets }: Progress): Outcome {
  return {
    totals: totals ? shownTotals(totals) : null,
    days,
    total: total ?? null,
    targets: targets().map(
      ({ totals: own, activity: _, nextVisit: __, responseTimeoutMs: ___, ...facts }) => ({
        ...facts,
        totals: own ? shownTotals(own) : null,
      }),
    ),
  };
}
