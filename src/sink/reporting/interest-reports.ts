/** Reports on how deep, how long and how often visits are: VisitorInterest, VisitFrequency and VisitTime. */
import { DateTime } from 'luxon';
import type { SinkVisit } from '../visits/visit.ts';
import { type ReportInput, type ReportValue, visitsSummary } from './reports.ts';

const DAY_SECONDS = 86_400;

/** A row of a report: what counts into it, both ends included. */
interface Bucket {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

const upTo = (from: number, to: number, label: string): Bucket => ({ label, from, to });
const only = (value: number, label: string) => upTo(value, value, label);

const PAGES: readonly Bucket[] = [
  upTo(0, 1, '1 page'),
  ...[2, 3, 4, 5].map((count) => only(count, `${count} pages`)),
  upTo(6, 7, '6-7 pages'),
  upTo(8, 10, '8-10 pages'),
  upTo(11, 14, '11-14 pages'),
  upTo(15, 20, '15-20 pages'),
  upTo(21, Number.POSITIVE_INFINITY, '21+ pages'),
];

const DURATIONS: readonly Bucket[] = [
  upTo(0, 10, '0–10s'),
  upTo(11, 30, '11–30s'),
  upTo(31, 60, '31–60s'),
  upTo(61, 120, '1-2 min'),
  upTo(121, 240, '2-4 min'),
  upTo(241, 420, '4-7 min'),
  upTo(421, 600, '7-10 min'),
  upTo(601, 900, '10-15 min'),
  upTo(901, 1800, '15-30 min'),
  upTo(1801, Number.POSITIVE_INFINITY, '30+ min'),
];

const VISIT_COUNTS: readonly Bucket[] = [
  only(1, '1 visit'),
  ...[2, 3, 4, 5, 6, 7, 8].map((count) => only(count, `${count} visits`)),
  upTo(9, 14, '9-14 visits'),
  upTo(15, 25, '15-25 visits'),
  upTo(26, 50, '26-50 visits'),
  upTo(51, 100, '51-100 visits'),
  upTo(101, 200, '101-200 visits'),
  upTo(201, Number.POSITIVE_INFINITY, '201+ visits'),
];

const NEW_VISITS = -1;
const DAYS_SINCE_LAST: readonly Bucket[] = [
  only(NEW_VISITS, 'New visits'),
  only(0, '0 days'),
  only(1, '1 day'),
  ...[2, 3, 4, 5, 6, 7].map((count) => only(count, `${count} days`)),
  upTo(8, 14, '8-14 days'),
  upTo(15, 30, '15-30 days'),
  upTo(31, 60, '31-60 days'),
  upTo(61, 120, '61-120 days'),
  upTo(121, 364, '121-364 days'),
  upTo(365, Number.POSITIVE_INFINITY, '365+ days'),
];

function rowsOf(
  visits: readonly SinkVisit[],
  buckets: readonly Bucket[],
  numberOf: (visit: SinkVisit) => number,
) {
  const counts = buckets.map(({ label }) => ({ label, nb_visits: 0 }));
  for (const visit of visits) {
    const value = numberOf(visit);
    const row = counts[buckets.findIndex(({ from, to }) => value >= from && value <= to)];
    if (row) row.nb_visits += 1;
  }
  return counts;
}

/** The visits that this visitor had made when this one began, this one included, the earliest first. */
function historyOf({ store }: ReportInput, visit: SinkVisit): readonly SinkVisit[] {
  const all = store.byVisitor(visit.visitorId);
  return all.filter(({ firstSeconds, id }) =>
    firstSeconds === visit.firstSeconds ? id <= visit.id : firstSeconds < visit.firstSeconds,
  );
}

export function visitsPerPage({ visits }: ReportInput): ReportValue {
  return rowsOf(visits, PAGES, ({ actionCount }) => actionCount);
}

export function visitsPerDuration({ visits }: ReportInput): ReportValue {
  return rowsOf(visits, DURATIONS, ({ totalSeconds }) => totalSeconds);
}

export function visitsByVisitCount(input: ReportInput): ReportValue {
  const { visits } = input;
  return rowsOf(visits, VISIT_COUNTS, (visit) => historyOf(input, visit).length).map((row) => ({
    ...row,
    nb_visits_percentage: `${visits.length === 0 ? 0 : Math.round((row.nb_visits / visits.length) * 100)}%`,
  }));
}

export function visitsByDaysSinceLast(input: ReportInput): ReportValue {
  return rowsOf(input.visits, DAYS_SINCE_LAST, (visit) => {
    const last = historyOf(input, visit).at(-2);
    if (!last) return NEW_VISITS;
    return Math.floor((visit.firstSeconds - last.firstSeconds) / DAY_SECONDS);
  });
}

/** New and returning visits beside each other. */
export function visitFrequency(input: ReportInput): ReportValue {
  const isNew = (visit: SinkVisit) => historyOf(input, visit).length === 1;
  const side = (suffix: string, visits: readonly SinkVisit[]) =>
    Object.entries(visitsSummary({ ...input, visits, countsVisitors: false })).map(
      ([name, value]) => [`${name}_${suffix}`, value] as const,
    );
  return Object.fromEntries([
    ...side('new', input.visits.filter(isNew)),
    ...side(
      'returning',
      input.visits.filter((visit) => !isNew(visit)),
    ),
  ]);
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export function visitsByDayOfWeek({ visits }: ReportInput): ReportValue {
  const counts = WEEKDAYS.map((label, i) => ({ label, nb_visits: 0, day_of_week: i + 1 }));
  for (const { day } of visits) {
    const row = counts[DateTime.fromISO(day.date, { zone: 'utc' }).weekday - 1];
    if (row) row.nb_visits += 1;
  }
  return counts;
}
