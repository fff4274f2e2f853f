/** Asks Matomo's reports whether what the ledger says was sent is there. */
import type { DayRow, RunRow } from '../ledger/ledger.ts';
import { fetchRecordedCounts, fetchSite, segmentOf } from '../matomo/reporting/recorded-counts.ts';
import type { ReportingApi } from '../matomo/reporting/reporting.ts';
import {
  compareDay,
  type DayCounts,
  isEqual,
  likelyReasons,
  type Verification,
} from '../report/verification.ts';
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

/** The ledger's counts of a day in the terms of Matomo's reports. */
function reportTerms(counts: unknown): Required<DayCounts> {
  const kind = (name: string) => numberAt(counts, 'kinds', name);
  const actions = ['pageview', 'search', 'event', 'outlink', 'download'].reduce(
    (sum, name) => sum + kind(name),
    0,
  );
  return {
    visits: numberAt(counts, 'visits', 'complete') + numberAt(counts, 'visits', 'partial'),
    actions,
    pageviews: kind('pageview'),
    events: kind('event'),
    searches: kind('search'),
    outlinks: kind('outlink'),
    downloads: kind('download'),
    orders: kind('order'),
    revenue: numberAt(counts, 'revenueCents'),
    carts: numberAt(counts, 'abandonedCarts'),
    goals: kind('goal'),
  };
}

function add(a: Required<DayCounts>, b: Required<DayCounts>): Required<DayCounts> {
  const names = Object.keys(a) as (keyof DayCounts)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as Required<DayCounts>;
}

/** What all runs of the ledger, or those of one seed, have sent to the site on each day. */
async function sentOn(
  ledger: SentLedger,
  url: string,
  site: number,
  seed: string | undefined,
): Promise<ReadonlyMap<LocalDate, Required<DayCounts>>> {
  const sent = new Map<LocalDate, Required<DayCounts>>();
  for (const run of await ledger.runs({ url, site })) {
    if (seed !== undefined && run.seed !== seed) continue;
    for (const { date, counts } of await ledger.days(run.id)) {
      const before = sent.get(date);
      const ours = reportTerms(counts);
      sent.set(date, before ? add(before, ours) : ours);
    }
  }
  return sent;
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
  const untilMs = clock.now() + waitMs;
  for (;;) {
    const recorded = await fetchRecordedCounts(api, request.site, first, last, dates, goalIds, segment);
    const rows = dates.flatMap((date) => {
      const { goals, ...others } = sent.get(date) ?? reportTerms({});
      // Without the numbers of the goals nothing can be asked about them.
      const ours = goalIds.length > 0 ? { ...others, goals } : others;
      return compareDay(date, ours, recorded.get(date) ?? {});
    });
    const different = rows.filter((row) => !isEqual(row));
    if (different.length === 0) return { isEqual: true, rows, reasons: [] };
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
      };
      return { isEqual: false, rows, reasons: likelyReasons(different, site, today) };
    }
    await clock.sleepUntil(Math.min(untilMs, clock.now() + LOOK_EVERY_MS), signal);
  }
}
