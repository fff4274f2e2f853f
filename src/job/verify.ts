/** Asks Matomo's reports whether what the ledger says was sent is there. */
import type { DayRow, RunRow } from '../ledger/ledger.ts';
import { fetchRecordedCounts, fetchSite, segmentOf } from '../matomo/reporting/recorded-counts.ts';
import type { ReportingApi } from '../matomo/reporting/reporting.ts';
import { likelyReasons } from '../report/likely-reasons.ts';
import type { Undelivered } from '../report/undelivered.ts';
import { compareDay, type DayCounts, isEqual, type Verification } from '../report/verification.ts';
import { dayNumberOf, showSameClock, startOfDay } from '../timezone.ts';
import type { Clock } from '../types/clock.ts';
import type { LocalDate } from '../types/local-date.ts';

/** Between two looks at the reports. */
const LOOK_EVERY_MS = 5_000;

/** What of a ledger tells what was sent. */
export interface SentLedger {
  runs(of: { readonly url: string; readonly site: number }): Promise<readonly Pick<RunRow, 'id' | 'seed'>[]>;
  days(runId: number): Promise<readonly Pick<DayRow, 'date' | 'counts'>[]>;
}

export interface VerifyRequest {
  readonly url: string;
  readonly site: number;
  /** Of the days that were sent. */
  readonly timezone: string;
  /** Visits that were planned for days which the run has not come to. */
  readonly unbegunVisits?: number;
  readonly dates: readonly LocalDate[];
  readonly goalIds: readonly number[];
  /** Custom dimension that tells the traffic of the seed from all other; undefined where there is none. */
  readonly runDimensionId: number | undefined;
  readonly seed: string;
  /** Present local day, whose report may lag behind. */
  readonly today: LocalDate;
  /** How long to wait for the reports to catch up. */
  readonly waitMs: number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function numberAt(counts: unknown, ...path: readonly string[]): number {
  const value = path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), counts);
  return typeof value === 'number' ? value : 0;
}

/** What the ledger has of a day, in the terms of Matomo's reports. */
interface SentDay {
  readonly sent: Required<DayCounts>;
  readonly planned: DayCounts;
  readonly undelivered: Undelivered;
}

/** @param kind how many hits of a kind there are */
function actionsOf(kind: (name: string) => number) {
  const actions = ['pageview', 'search', 'event', 'outlink', 'download'].reduce(
    (sum, name) => sum + kind(name),
    0,
  );
  return {
    actions,
    pageviews: kind('pageview'),
    events: kind('event'),
    searches: kind('search'),
    outlinks: kind('outlink'),
    downloads: kind('download'),
    orders: kind('order'),
    goals: kind('goal'),
  };
}

function sentOf(counts: unknown): Required<DayCounts> {
  return {
    ...actionsOf((name) => numberAt(counts, 'kinds', name)),
    visits: numberAt(counts, 'visits', 'complete') + numberAt(counts, 'visits', 'partial'),
    revenue: numberAt(counts, 'revenueCents'),
    carts: numberAt(counts, 'abandonedCarts'),
  };
}

/** Earlier versions did not count what was not accepted by kind: then only the visits are known. */
function plannedOf(counts: unknown): DayCounts {
  const visits = numberAt(counts, 'visits', 'planned');
  const isAll = numberAt(counts, 'hits', 'planned') === numberAt(counts, 'hits', 'accepted');
  if (!isAll && !(isRecord(counts) && isRecord(counts.missedKinds))) return { visits };
  return {
    ...actionsOf((name) => numberAt(counts, 'kinds', name) + numberAt(counts, 'missedKinds', name)),
    visits,
    revenue: numberAt(counts, 'revenueCents') + numberAt(counts, 'missedRevenueCents'),
  };
}

function dayOf(counts: unknown): SentDay {
  const reasons = isRecord(counts) && isRecord(counts.reasons) ? counts.reasons : {};
  const numbers = Object.keys(reasons).map((reason) => [reason, numberAt(reasons, reason)] as const);
  return {
    sent: sentOf(counts),
    planned: plannedOf(counts),
    undelivered: {
      planned: numberAt(counts, 'hits', 'planned'),
      accepted: numberAt(counts, 'hits', 'accepted'),
      reasons: Object.fromEntries(numbers),
      unbegunVisits: 0,
    },
  };
}

/** Only names that both have: the sum of what is not known is not known. */
function plus<K extends string>(
  a: Readonly<Partial<Record<K, number>>>,
  b: Readonly<Partial<Record<K, number>>>,
): Partial<Record<K, number>> {
  const sum: Partial<Record<K, number>> = {};
  for (const name in a) {
    const [one, other] = [a[name], b[name]];
    if (one !== undefined && other !== undefined) sum[name] = one + other;
  }
  return sum;
}

function undeliveredIn(days: readonly SentDay[]): Undelivered {
  const reasons = new Map<string, number>();
  for (const [reason, hits] of days.flatMap(({ undelivered }) => Object.entries(undelivered.reasons))) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + hits);
  }
  return {
    planned: days.reduce((sum, { undelivered }) => sum + undelivered.planned, 0),
    accepted: days.reduce((sum, { undelivered }) => sum + undelivered.accepted, 0),
    reasons: Object.fromEntries(reasons),
    unbegunVisits: 0,
  };
}

function together(a: SentDay, b: SentDay): SentDay {
  return {
    sent: { ...a.sent, ...plus(a.sent, b.sent) },
    planned: plus(a.planned, b.planned),
    undelivered: undeliveredIn([a, b]),
  };
}

/** What all runs of the ledger, or those of one seed, have sent to the site on each day. */
async function sentOn(
  ledger: SentLedger,
  url: string,
  site: number,
  seed: string | undefined,
): Promise<ReadonlyMap<LocalDate, SentDay>> {
  const sent = new Map<LocalDate, SentDay>();
  for (const run of await ledger.runs({ url, site })) {
    if (seed !== undefined && run.seed !== seed) continue;
    for (const { date, counts } of await ledger.days(run.id)) {
      const before = sent.get(date);
      const ours = dayOf(counts);
      sent.set(date, before ? together(before, ours) : ours);
    }
  }
  return sent;
}

/** Days that several runs have sent with one seed: the same visits. */
async function repeatedDaysOf(ledger: SentLedger, url: string, site: number): Promise<Set<LocalDate>> {
  const seen = new Set<string>();
  const repeated = new Set<LocalDate>();
  for (const { id, seed } of await ledger.runs({ url, site })) {
    for (const { date } of await ledger.days(id)) {
      const visits = JSON.stringify([seed, date]);
      if (seen.has(visits)) repeated.add(date);
      seen.add(visits);
    }
  }
  return repeated;
}

/** Hits of all runs that may or may not be recorded, by day. */
async function unknownHitsOn(
  ledger: SentLedger,
  url: string,
  site: number,
): Promise<ReadonlyMap<LocalDate, number>> {
  const unknown = new Map<LocalDate, number>();
  const runs = await ledger.runs({ url, site });
  const days = await Promise.all(runs.map(({ id }) => ledger.days(id)));
  for (const { date, counts } of days.flat()) {
    unknown.set(date, (unknown.get(date) ?? 0) + numberAt(counts, 'hits', 'unknown'));
  }
  return unknown;
}

/** @throws UserError when the reports cannot be read */
export async function verify(
  api: ReportingApi,
  ledger: SentLedger,
  request: VerifyRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<Verification> {
  const { url, timezone, goalIds, today, waitMs } = request;
  const dates = [...request.dates].sort();
  const [first, last] = [dates[0] ?? today, dates.at(-1) ?? today];
  const segment = segmentOf(request.runDimensionId, request.seed);
  const sent = await sentOn(ledger, url, request.site, segment === undefined ? undefined : request.seed);
  const undelivered = {
    ...undeliveredIn(dates.flatMap((date) => sent.get(date) ?? [])),
    unbegunVisits: request.unbegunVisits ?? 0,
  };
  const untilMs = clock.now() + waitMs;
  for (;;) {
    const recorded = await fetchRecordedCounts(api, request.site, first, last, dates, goalIds, segment);
    const rows = dates.flatMap((date) => {
      const { sent: all, planned } = sent.get(date) ?? dayOf({});
      const { goals: _, ...others } = all;
      // Without the numbers of the goals nothing can be asked about them.
      const ours = goalIds.length > 0 ? all : others;
      return compareDay(date, ours, recorded.get(date) ?? {}, planned);
    });
    const different = rows.filter((row) => !isEqual(row));
    if (different.length === 0) return { isEqual: true, rows, reasons: [], undelivered };
    if (clock.now() >= untilMs || signal.aborted) {
      const facts = await fetchSite(api, request.site);
      const hasExclusions = facts.excludedIps !== '' || facts.excludedUserAgents !== '';
      const fromMs = startOfDay(timezone, dayNumberOf(first));
      const isOtherClock = !showSameClock(facts.timezone, timezone, fromMs, clock.now());
      const site = {
        ...facts,
        hasExclusions,
        sentTimezone: isOtherClock ? timezone : undefined,
        unknownHits: await unknownHitsOn(ledger, url, request.site),
        repeatedDays: await repeatedDaysOf(ledger, url, request.site),
      };
      return { isEqual: false, rows, reasons: likelyReasons(different, site, today), undelivered };
    }
    await clock.sleepUntil(Math.min(untilMs, clock.now() + LOOK_EVERY_MS), signal);
  }
}
