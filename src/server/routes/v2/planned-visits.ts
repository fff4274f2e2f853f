/** Visits as they are planned, step by step: what a funnel or an event would really look like. Nothing is sent. */
import { z } from '@hono/zod-openapi';
import { trafficSettings } from '../../../config/rules/traffic-settings.ts';
import { createPlan } from '../../../plan/plan.ts';
import { visitsOfDays } from '../../../plan/timeline.ts';
import type { Step, Visit } from '../../../types/visit.ts';
import { defineRoute } from '../../http/route.ts';
import { givenValues } from './given.ts';
import { presetNames, settingValues } from './shapes.ts';

/** Visits that are looked through for those that are asked for: planning goes on in the service itself. */
const MOST_LOOKED_AT = 3000;

const step = z.object({
  kind: z.string(),
  at: z.string(),
  page: z.string(),
  title: z.string(),
  /** What it does, in words: `event Video / play / Intro`. */
  text: z.string(),
});

const plannedVisit = z
  .object({
    index: z.int(),
    startsAt: z.string(),
    persona: z.string(),
    device: z.string(),
    country: z.string().nullable(),
    city: z.string().nullable(),
    isReturning: z.boolean(),
    source: z.object({ type: z.string(), url: z.string().nullable() }),
    funnel: z.object({ name: z.string(), stepsDone: z.int(), stepCount: z.int() }).nullable(),
    steps: z.array(step),
  })
  .openapi('PlannedVisit');

const request = z.strictObject({
  preset: presetNames.default([]),
  settings: settingValues.default({}),
  /** Default: today in the settings' timezone. */
  date: z.iso.date().optional(),
  count: z.int().min(1).max(50).default(5),
  /** Only visits in this funnel. */
  funnel: z.string().max(100).optional(),
  /** Only visits with a step of this kind, such as `event` or `order`. */
  kind: z.string().max(20).optional(),
});

function textOf(one: Step): string {
  switch (one.kind) {
    case 'event':
      return [one.event.category, one.event.action, one.event.name, one.event.value]
        .filter((part) => part !== undefined)
        .join(' / ');
    case 'search':
      return one.keyword;
    case 'outlink':
    case 'download':
      return one.targetUrl;
    case 'content':
      return `${one.name}: ${one.piece}`;
    case 'goal':
      return `goal ${one.goalId}`;
    case 'cart':
      return `${one.items.length} products, ${(one.revenueCents / 100).toFixed(2)}`;
    case 'order':
      return `${one.order.items.length} products, ${(one.order.revenueCents / 100).toFixed(2)} ${one.order.currency}`;
    default:
      return one.page.title;
  }
}

function shown({
  key,
  startMs,
  visitor,
  isReturning,
  source,
  funnel,
  steps,
}: Visit): z.output<typeof plannedVisit> {
  return {
    index: key.index,
    startsAt: new Date(startMs).toISOString(),
    persona: visitor.persona,
    device: visitor.device,
    country: visitor.place?.country ?? null,
    city: visitor.place?.city ?? null,
    isReturning,
    source: { type: source.type, url: source.url ?? null },
    funnel: funnel ?? null,
    steps: steps.map((one) => ({
      kind: one.kind,
      at: new Date(one.atMs).toISOString(),
      page: one.page.url,
      title: one.page.title,
      text: textOf(one),
    })),
  };
}

export const plannedVisitRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v2/previews/visits',
    tag: 'Plan',
    summary: 'Show visits of a day as they are planned, step by step',
    description: `The first ones that fit, of the day's first ${MOST_LOOKED_AT}. Visits of funnels that are saved are among them.`,
    role: 'read',
    limit: 60,
    body: request,
    answers: {
      200: {
        description: 'Visits, and how many were looked through',
        schema: z.object({ lookedAt: z.int(), date: z.string(), visits: z.array(plannedVisit) }),
      },
    },
    handle: async ({ body }, { service }) => {
      const { session } = await service.jobs.resolve({
        command: 'run',
        presets: body.preset,
        given: givenValues(body.settings, false),
        isSink: true,
      });
      const { settings, files } = session;
      const plan = createPlan(trafficSettings(settings, 'run', files, true));
      const { calendar } = plan;
      const day = body.date === undefined ? calendar.dayAt(service.clock.now()) : calendar.dayOf(body.date);
      const all = visitsOfDays(plan, {
        days: [day],
        shard: { index: 1, count: 1 },
        maxVisits: MOST_LOOKED_AT,
        untilMs: Number.POSITIVE_INFINITY,
      });
      const visits: z.output<typeof plannedVisit>[] = [];
      let lookedAt = 0;
      for (const visit of all) {
        lookedAt++;
        const isWanted =
          (body.funnel === undefined || visit.funnel?.name === body.funnel) &&
          (body.kind === undefined || visit.steps.some(({ kind }) => kind === body.kind));
        if (isWanted) visits.push(shown(visit));
        if (visits.length === body.count) break;
      }
      return { json: { lookedAt, date: day.date, visits } };
    },
  }),
];
