/** A backfill's plan: counted, kept to be confirmed, and carried out once. */
import { z } from '@hono/zod-openapi';
import type { Target } from '../../../../config/targets/targets.ts';
import { conflict, notFound, Refusal } from '../../../http/refusal.ts';
import type { Call } from '../../../http/route.ts';
import type { Job } from '../../../jobs/job.ts';
import { filtered, isSecretName } from '../../../settings/names.ts';
import { nameOf } from '../../../store/audit.ts';
import type { PlanNumbers, PlanRequest, PlanRow, PlanTarget } from '../../../store/plan-store.ts';
import { givenValues } from '../given.ts';
import { dryRunOf } from './dry-run.ts';
import { sendingOf, volumeOf } from './plan-volume.ts';
import { refuseSentDays } from './sent-days.ts';

/** A plan that nobody confirms meanwhile has to be prepared anew. */
export const VALID_MS = 24 * 3_600_000;

export const confirmation = z.strictObject({
  digest: z.string().max(200),
  visits: z.int(),
  rememberTokens: z.boolean().default(false),
  /** Where those of the service do not do: they are not part of a plan. */
  tokens: z.record(z.string().max(100), z.string().max(500)).default({}),
});

export function stateOf({ state, createdMs }: PlanRow, nowMs: number) {
  return state === 'prepared' && nowMs > createdMs + VALID_MS ? 'expired' : state;
}

function count(record: Readonly<Record<string, unknown>>, key: 'visits' | 'hits'): number {
  const parsed = z.object({ planned: z.number() }).safeParse(record[key]);
  return parsed.success ? parsed.data.planned : 0;
}

/** What of the whole is more than counts of days; the text of a number that is not there is none. */
function contentOf(total: Readonly<Record<string, unknown>>) {
  const parsed = z
    .object({ kinds: z.object({ order: z.number() }), revenue: z.number(), currency: z.string().nullable() })
    .safeParse(total);
  if (!parsed.success) return {};
  const { kinds, revenue, currency } = parsed.data;
  return { orders: kinds.order, revenue, currency };
}

function numbersOf(
  total: Readonly<Record<string, unknown>>,
  days: readonly Readonly<Record<string, unknown>>[],
) {
  const byDate = new Map<string, PlanNumbers['days'][number]>();
  // Of several targets, each tells its own days.
  for (const day of days) {
    const date = String(day.date);
    const { visits, hits } = byDate.get(date) ?? { visits: 0, hits: 0 };
    byDate.set(date, { date, visits: visits + count(day, 'visits'), hits: hits + count(day, 'hits') });
  }
  const dates = [...byDate.keys()].sort();
  return {
    digest: String(total.digest),
    visits: count(total, 'visits'),
    hits: count(total, 'hits'),
    from: dates[0] ?? '',
    to: dates.at(-1) ?? '',
    days: [...byDate.values()],
    ...contentOf(total),
  };
}

/** @param summaries what the dry run says of each target: it has asked their sites for the timezone */
function placeOf(
  { name, settings }: Target,
  summaries: readonly Readonly<Record<string, unknown>>[],
  isSink: boolean,
): PlanTarget {
  const { matomoUrl, siteId } = settings;
  const own = summaries.find(({ target }) => target === name) ?? summaries.at(-1);
  const timezone = typeof own?.timezone === 'string' ? own.timezone : settings.timezone;
  return { name, url: isSink ? null : (matomoUrl ?? null), site: siteId, timezone };
}

const RELATIVE = ['BACKFILL_DAYS_BACK', 'BACKFILL_DURATION_DAYS'];

/** Days counted back from today are those of the day on which somebody looked at them. */
function withDates(given: ReadonlyMap<string, string>, { from, to }: PlanNumbers): Map<string, string> {
  const rest = filtered(given, (name) => !RELATIVE.includes(name) && !isSecretName(name));
  return from === '' ? rest : new Map([...rest, ['BACKFILL_START_DATE', from], ['BACKFILL_END_DATE', to]]);
}

/** Counts what the window would bring, and keeps it to be confirmed. @throws Refusal or SettingsError */
export async function preparePlan(
  call: Call,
  request: Omit<PlanRequest, 'given'>,
  given: ReadonlyMap<string, string>,
): Promise<PlanRow> {
  const { presets, isSink } = request;
  const { service } = call;
  const { session } = await service.jobs.resolve({ command: 'backfill', presets, given, isSink });
  const { total, targets, days } = await dryRunOf(call, { command: 'backfill', presets, given, isSink });
  const counted = numbersOf(total, days);
  if (counted.visits === 0) {
    throw new Refusal(422, 'These days have no visits', { code: 'empty-window', hint: 'Choose other days.' });
  }
  const places = session.targets.map((target) => placeOf(target, [...targets, total], isSink));
  const timezone = places[0]?.timezone ?? session.settings.timezone;
  const own: PlanNumbers = {
    ...counted,
    targets: places,
    volume: volumeOf(session, counted, timezone, service.clock.now()),
    sending: sendingOf(session, counted, isSink),
  };
  if (!request.again) await refuseSentDays(service, places, own);
  const dated = Object.fromEntries(withDates(given, own));
  return service.plans.create({ ...request, given: dated }, own, service.clock.now());
}

function planUsed(row: PlanRow | undefined): Refusal {
  const by = row?.job ? `, by run ${row.job}` : '';
  const hint = 'A plan runs only once. Prepare another one.';
  return conflict('plan-used', `The plan was confirmed before${by}`, hint);
}

/** Starts it, once. @throws Refusal where it was confirmed before, has changed or is too old */
export async function confirmPlan(
  call: Call,
  id: number,
  { digest, visits, tokens, rememberTokens }: z.output<typeof confirmation>,
): Promise<Job> {
  const { service, identity } = call;
  const row = planOr404(call, id);
  if (stateOf(row, service.clock.now()) === 'expired') {
    throw conflict('plan-expired', 'The plan is older than a day', 'Prepare it again.');
  }
  if (digest !== row.numbers.digest || visits !== row.numbers.visits) {
    throw conflict(
      'plan-differs',
      'This is not what was prepared',
      'Look at the plan, and confirm its digest and visits.',
    );
  }
  if (!row.request.again) await refuseSentDays(service, row.numbers.targets ?? [], row.numbers);
  const { presets, isSink, again, verify, shards, name } = row.request;
  const given = new Map([...Object.entries(row.request.given), ...givenValues(tokens, true)]);
  if (!service.plans.take(id)) throw planUsed(service.plans.plan(id));
  const job = await service.jobs
    .create({
      command: 'backfill',
      presets,
      given,
      isSink,
      again,
      verify,
      shards,
      name,
      remembersTokens: rememberTokens,
      source: nameOf(identity),
    })
    .catch((error: unknown) => {
      // Nothing was started: it may be confirmed again.
      service.plans.finish(id, 'prepared', null);
      throw error;
    });
  // It runs, whatever becomes of this note of it.
  service.writes.attempt(() => service.plans.finish(id, 'confirmed', job.row.id));
  const what = `plan ${id}, ${visits} visits, digest ${digest}`;
  service.audit.add(identity, 'backfill.confirm', `run ${job.row.id}`, what);
  return job;
}

export function planOr404({ service }: Call, id: number): PlanRow {
  const row = service.plans.plan(id);
  if (!row) throw notFound('Plan');
  return row;
}
