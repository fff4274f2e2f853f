/** Answers what the service asks about plans: from settings to a day, or to visits of it. Nothing is sent. */
import { createHash } from 'node:crypto';
import { readFunnels } from '../../config/files/funnels.ts';
import { trafficSettings } from '../../config/rules/traffic-settings.ts';
import { SettingsError, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { type DayPreview, dayOfPlan, previewDay } from '../../job/day-preview.ts';
import { isPlannedFromNow } from '../../job/dry-run.ts';
import type { LiveJob } from '../../job/job.ts';
import { visitsOfDays } from '../../plan/bulk-timeline.ts';
import { createCalendar } from '../../plan/days/calendar.ts';
import { createPlan } from '../../plan/plan.ts';
import type {
  DayAnswer,
  DayQuestion,
  PlanBasis,
  PlanQuestion,
  PlanReply,
  VisitsAnswer,
  VisitsQuestion,
} from '../../server/planning/questions.ts';
import { resolveSettings } from '../../server/settings/resolve.ts';
import type { LoadSession } from '../../server/settings/session.ts';
import type { FunnelRecord } from '../../server/store/funnel-store.ts';
import { encodeError } from '../../shards/serialization.ts';
import type { Clock } from '../../types/clock.ts';
import type { Funnel } from '../../types/content/journeys.ts';
import type { Visit } from '../../types/visit.ts';
import { GRACEFUL_STOP_MS } from '../options/session.ts';
import { withPlugins } from '../options/session-plugins.ts';
import { openDestinations } from '../targets/destinations.ts';
import { jobsOf } from '../traffic/jobs.ts';
import { answerPlugins } from './plugin-answers.ts';

/** Of a day with more visits, a sample of so many is planned. */
const SAMPLE = 1000;
/** Visits that are looked through for those that are asked for. */
const MOST_LOOKED_AT = 3000;
const MOST_REMEMBERED = 50;

export interface PlanSources {
  readonly host: Host;
  readonly clock: Clock;
  readonly load: LoadSession;
}

async function sessionOf({ host, clock, load }: PlanSources, basis: PlanBasis) {
  const request = { ...basis, command: 'run', isSink: true } as const;
  const { session } = await resolveSettings(host, load, basis.folder, request, clock.now());
  return withPlugins(host, session, {});
}

function sumOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const record of all) {
    for (const [key, value] of Object.entries(record)) sum.set(key, (sum.get(key) ?? 0) + value);
  }
  return Object.fromEntries(sum);
}

const mapped = (record: Readonly<Record<string, number>>, of: (value: number) => number) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));

/** What was planned of one target's day, scaled up to the whole of it. */
function wholeDay({ visits, planned, totals, countries, behaviours, parts }: DayPreview) {
  const scaled = (value: number) => Math.round(planned > 0 ? (value * visits) / planned : 0);
  return {
    visits,
    planned,
    parts,
    hits: scaled(totals.hits.planned),
    kinds: mapped(totals.kinds, scaled),
    revenueCents: scaled(totals.revenueCents),
    countries: mapped(countries, scaled),
    behaviours: mapped(behaviours, scaled),
    funnels: Object.entries(totals.funnels).map(([name, { entered, completed, steps }]) => ({
      name,
      entered: scaled(entered),
      completed: scaled(completed),
      steps: steps.map(scaled),
    })),
  };
}
type WholeDay = ReturnType<typeof wholeDay>;

interface LivePlan {
  /** One for each target. */
  readonly jobs: readonly LiveJob[];
  readonly strategy: string;
  /** Of the first one. */
  readonly traffic: LiveJob['traffic'];
}

function sumOfFunnels(days: readonly WholeDay[]): DayAnswer['funnels'] {
  const sum = new Map<string, DayAnswer['funnels'][string]>();
  for (const { name, ...own } of days.flatMap(({ funnels }) => funnels)) {
    const before = sum.get(name);
    sum.set(name, {
      entered: own.entered + (before?.entered ?? 0),
      completed: own.completed + (before?.completed ?? 0),
      steps: own.steps.map((count, i) => count + (before?.steps[i] ?? 0)),
    });
  }
  return Object.fromEntries(sum);
}

/** Days of several targets as one. */
function answerOf(
  { jobs, strategy, traffic: { timezone, currency } }: LivePlan,
  previews: readonly DayPreview[],
): DayAnswer {
  const days = previews.map(wholeDay);
  const total = (of: (day: WholeDay) => number) => days.reduce((sum, day) => sum + of(day), 0);
  const [visits, planned] = [total((day) => day.visits), total((day) => day.planned)];
  const [first] = previews;
  return {
    kind: 'day',
    strategy,
    // Of a mirror, one stands for all.
    targets: jobs.map(({ name }, i) => ({ name, visits: (previews[i] ?? first)?.visits ?? 0 })),
    date: first?.date ?? '',
    timezone,
    currency,
    visits,
    hits: total(({ hits }) => hits),
    partsOf: first?.partsOf ?? 'day',
    plannedMs: first?.plannedMs ?? null,
    visitsByTime: (first?.parts ?? []).map(({ label }, i) => ({
      label,
      visits: total(({ parts }) => parts[i]?.visits ?? 0),
    })),
    kinds: sumOf(days.map(({ kinds }) => kinds)),
    revenue: total(({ revenueCents }) => revenueCents) / 100,
    funnels: sumOfFunnels(days),
    countries: sumOf(days.map(({ countries }) => countries)),
    behaviours: sumOf(days.map(({ behaviours }) => behaviours)),
    sample: planned < visits ? { visits: planned, of: visits } : null,
  };
}

async function livePlanOf(sources: PlanSources, basis: PlanBasis): Promise<LivePlan> {
  const { host, clock } = sources;
  const session = await sessionOf(sources, basis);
  const whole = { index: 1, count: 1 };
  const own = { ...session, shard: whole, forMs: undefined, gracefulStopMs: GRACEFUL_STOP_MS };
  const { all } = await openDestinations({ host, clock }, session.targets, 'pretended');
  const jobs = jobsOf('run', own, all, clock.now()).flatMap((job) => (job.command === 'run' ? [job] : []));
  const [first] = jobs;
  if (!first) throw new Error('there is no target');
  return { jobs, strategy: session.settings.strategy, traffic: first.traffic };
}

/** All that the day's numbers follow from. */
function digestOf({ jobs, strategy }: LivePlan, date: string): string {
  const parts = jobs.map(({ name, traffic, dailyCap }) => ({ name, traffic, dailyCap }));
  return createHash('sha256')
    .update(JSON.stringify([date, strategy, parts]))
    .digest('hex');
}

/** Answers that were given stay for a while: somebody who takes a change back asks for the same again. */
function createDays(sources: PlanSources) {
  const known = new Map<string, DayAnswer>();
  return async (question: DayQuestion): Promise<DayAnswer> => {
    const nowMs = sources.clock.now();
    const live = await livePlanOf(sources, question);
    const { jobs, strategy, traffic } = live;
    const different = strategy === 'mirror' ? jobs.slice(0, 1) : jobs;
    const most = Math.ceil(SAMPLE / different.length);
    const plan = () =>
      answerOf(
        live,
        different.map((job) => previewDay(job, question.date, nowMs, most)),
      );
    // What begins now is another one at any time.
    if (jobs.some(isPlannedFromNow)) return plan();
    const key = digestOf(live, question.date ?? createCalendar(traffic.timezone).dayAt(nowMs).date);
    const answer = known.get(key) ?? plan();
    const [oldest] = known.keys();
    if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
    known.set(key, answer);
    return answer;
  };
}

/** @throws SettingsError that names everything that is wrong with the funnel */
function funnelIn(record: FunnelRecord): Funnel[] {
  const { funnels, problems } = readFunnels([{ ...record, enabled: true }], 'unsavedFunnel');
  if (problems.length > 0) throw new SettingsError(problems);
  return [...funnels];
}

async function planVisits(sources: PlanSources, question: VisitsQuestion): Promise<VisitsAnswer> {
  const { count, stepKind, unsavedFunnel, date } = question;
  const own = unsavedFunnel === undefined ? [] : funnelIn(unsavedFunnel);
  const name = unsavedFunnel?.name ?? question.funnel;
  const { settings, files, plugins } = await sessionOf(sources, question);
  const others = files.journeys.funnels.filter((funnel) => own.every((one) => one.name !== funnel.name));
  const journeys = { ...files.journeys, funnels: [...others, ...own] };
  const traffic = trafficSettings(settings, 'run', { ...files, journeys }, true);
  const plan = createPlan(traffic, plugins?.extensions);
  const day = dayOfPlan(plan, date, sources.clock.now());
  const all = visitsOfDays(plan, {
    days: [day],
    shard: { index: 1, count: 1 },
    maxVisits: MOST_LOOKED_AT,
    untilMs: Number.POSITIVE_INFINITY,
  });
  const visits: Visit[] = [];
  let lookedAt = 0;
  for (const visit of all) {
    lookedAt++;
    const isWanted =
      (name === undefined || visit.funnel?.name === name) &&
      (stepKind === undefined || visit.steps.some(({ kind }) => kind === stepKind));
    if (isWanted) visits.push(visit);
    if (visits.length === count) break;
  }
  return { kind: 'visits', date: day.date, timezone: traffic.timezone, lookedAt, visits };
}

/** @returns a function that answers questions, and remembers days */
export function createPlanAnswers(sources: PlanSources): (question: PlanQuestion) => Promise<PlanReply> {
  const planDay = createDays(sources);
  return async (question) => {
    try {
      if (question.kind === 'plugins') return { answer: await answerPlugins(sources, question) };
      const answer = question.kind === 'day' ? planDay(question) : planVisits(sources, question);
      return { answer: await answer };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const problems = error instanceof SettingsError ? error.problems : undefined;
      return { error: encodeError(error), problems };
    }
  };
}
