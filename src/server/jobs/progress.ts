/** How a job gets on: its counts, its curves, and what it has printed so far. */
import type { SerializedTotals } from '../../shards/serialization.ts';
import { type Curve, createCurve } from './curve.ts';
import type { JobEvent, TargetFacts, TargetProgress } from './protocol.ts';
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
  curve(target: number | undefined): Curve | undefined;
  readonly responseTimeoutMs: number;
}

const IDLE = {
  activity: { requestsInFlight: 0, isTargetDown: false },
  admittedToday: 0,
  isWithinActiveHours: true,
  nextVisit: null,
};
const DEFAULT_TIMEOUT_MS = 30_000;

function sumOf(all: readonly (SerializedTotals | undefined)[]): SerializedTotals | undefined {
  const [first, ...others] = all.filter((totals) => totals !== undefined);
  return first && sumOfTotals([first, ...others]);
}

export function createProgress(startMs: number): Progress {
  const targets: TargetView[] = [];
  const whole = createCurve(startMs);
  const lately: CurvePoint[] = [];
  const days: Summary[] = [];
  let total: Summary | undefined;

  const totalsOf = ({ earlier, latest }: TargetView) => sumOf([earlier, latest?.totals]);

  return {
    start(rank, facts, nowMs) {
      const known = targets[rank];
      if (known) known.facts = facts;
      else targets[rank] = { facts, latest: undefined, earlier: undefined, curve: createCurve(nowMs) };
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
        curve.restart(nowMs);
      }
      whole.restart(nowMs);
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
    curve: (target) => (target === undefined ? whole : targets[target]?.curve),
  };
}

/** What is kept of a job that has ended. */
export interface Outcome {
  readonly totals: ReturnType<typeof shownTotals> | null;
  readonly days: readonly Summary[];
  readonly total: Summary | null;
  readonly targets: readonly Omit<TargetFacts, 'responseTimeoutMs'>[];
}

export function outcomeOf({ totals, days, total, targets }: Progress): Outcome {
  return {
    totals: totals ? shownTotals(totals) : null,
    days,
    total: total ?? null,
    targets: targets().map(
      ({ totals: _, activity: __, nextVisit: ___, responseTimeoutMs: ____, ...facts }) => facts,
    ),
  };
}
