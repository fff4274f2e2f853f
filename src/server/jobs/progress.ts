/** How a job gets on: its counts, its curves, and what it has printed so far. */
import type { SerializedTotals } from '../../shards/serialization.ts';
import { type Curve, createCurve, type Resolution } from './curve.ts';
import type { JobEvent, TargetFacts, TargetProgress } from './process/protocol.ts';
import {
  type CurvePoint,
  interrupted,
  shownTotals,
  sumOfTotals,
  withCounts,
  withRestSettled,
} from './totals.ts';

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
  /**
   * @param isCounted whether the next process counts what was sent before
   * @param counted what the ledger has of the last process, which has told less when its service was killed
   */
  restore(
    snapshot: ProgressSnapshot,
    isCounted: boolean,
    nowMs: number,
    counted: readonly CountedTarget[],
  ): void;
  readonly responseTimeoutMs: number;
}

/** Plain values, of a job at work. */
export interface ProgressSnapshot {
  readonly targets: readonly {
    readonly facts: TargetFacts;
    /** Of processes before the last one. */
    readonly earlier: SerializedTotals | null;
    readonly latest: SerializedTotals | null;
  }[];
  readonly days: readonly Summary[];
}

/** What a process has sent to a target, by the ledger. */
export interface CountedTarget {
  readonly url: string;
  readonly site: number;
  readonly totals: SerializedTotals;
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

/** What the last process has come to: by the ledger where that saw its end. */
function lastOf(
  { url, site }: TargetFacts,
  told: SerializedTotals | null,
  counted: readonly CountedTarget[],
): SerializedTotals | undefined {
  const own = counted.find((one) => one.url === url && one.site === site)?.totals;
  if (!told) return own && interrupted(own);
  return interrupted(own ? withCounts(told, own) : withRestSettled(told));
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
        const { totals } = latest;
        target.earlier = isCounted
          ? undefined
          : sumOf([target.earlier, interrupted(withRestSettled(totals))]);
        target.latest = isCounted ? { ...IDLE, totals } : undefined;
        curve.restart(nowMs, isCounted ? totals : undefined);
      }
      whole.restart(nowMs, isCounted ? sumOf(targets.map(totalsOf)) : undefined);
    },
    snapshot: () => ({
      targets: targets.map(({ facts, earlier = null, latest }) => ({
        facts,
        earlier,
        latest: latest?.totals ?? null,
      })),
      days,
    }),
    restore(snapshot, isCounted, nowMs, counted) {
      snapshot.targets.forEach(({ facts, earlier, latest: told }, rank) => {
        const curve = curveOf(rank, nowMs);
        const latest = isCounted && told ? { ...IDLE, totals: told } : undefined;
        const before = isCounted ? undefined : sumOf([earlier ?? undefined, lastOf(facts, told, counted)]);
        targets[rank] = { facts, latest, earlier: before, curve };
        if (isCounted) curve.restart(nowMs, told ?? undefined);
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
  // Of a process that came to its end, there is no rest.
  const shown = (all: SerializedTotals | undefined) => (all ? shownTotals(withRestSettled(all)) : null);
  return {
    totals: shown(totals),
    days,
    total: total ?? null,
    targets: targets().map(
      ({ totals: own, activity: _, nextVisit: __, responseTimeoutMs: ___, ...facts }) => ({
        ...facts,
        totals: shown(own),
      }),
    ),
  };
}
