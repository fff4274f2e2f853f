/** Visits as they are planned, step by step: what a funnel or an event would really look like. Nothing is sent. */
import { z } from '@hono/zod-openapi';
import type { Step, Visit } from '../../../../types/visit.ts';
import { defineRoute } from '../../../http/route.ts';
import { newFunnel, recordOf } from '../../predecessor/funnel-shapes.ts';
import { givenValues } from '../given.ts';
import { presetNames, settingValues } from '../shapes.ts';

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
  /** Only visits in this funnel, as if it were saved; its share of visits is its probability. */
  unsavedFunnel: newFunnel.optional(),
  /** Only visits with a step of this kind, such as `event` or `order`. */
  kind: z.string().max(20).optional(),
});

const productsIn = ({ length }: readonly unknown[]) => `${length} ${length === 1 ? 'product' : 'products'}`;

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
      return `${productsIn(one.items)}, ${(one.revenueCents / 100).toFixed(2)}`;
    case 'order':
      return `${productsIn(one.order.items)}, ${(one.order.revenueCents / 100).toFixed(2)} ${one.order.currency}`;
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
    description:
      "The first ones that fit, of the day's first 3,000. Saved funnels take part; one that is not saved can be given along.",
    role: 'read',
    limit: 60,
    body: request,
    answers: {
      200: {
        description: 'Visits, and how many were looked through',
        schema: z.object({
          lookedAt: z.int(),
          date: z.string(),
          timezone: z.string(),
          visits: z.array(plannedVisit),
        }),
      },
    },
    handle: async ({ body }, { service, signal }) => {
      const { preset, settings, date, count, funnel, unsavedFunnel, kind } = body;
      const {
        lookedAt,
        date: day,
        timezone,
        visits,
      } = await service.planner.visits(
        {
          kind: 'visits',
          presets: preset,
          given: givenValues(settings, false),
          base: service.base(),
          folder: service.options.folder,
          date,
          count,
          funnel,
          stepKind: kind,
          unsavedFunnel: unsavedFunnel && recordOf(unsavedFunnel),
        },
        signal,
      );
      return { json: { lookedAt, date: day, timezone, visits: visits.map(shown) } };
    },
  }),
];
