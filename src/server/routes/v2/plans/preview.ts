/** What a day of live traffic looks like, from the plan itself: nothing is sent. */
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../../http/route.ts';
import { givenValues } from '../given.ts';
import { presetNames, settingValues } from '../shapes.ts';

const counts = z.record(z.string(), z.number());

const request = z.strictObject({
  preset: presetNames.default([]),
  settings: settingValues.default({}),
  /** Default: today in the settings' timezone. */
  date: z.iso.date().optional(),
});

const day = z
  .object({
    strategy: z.string(),
    /** With the visits of each. */
    targets: z.array(z.object({ name: z.string(), visits: z.int() })),
    date: z.string(),
    timezone: z.string(),
    currency: z.string(),
    visits: z.int(),
    hits: z.int(),
    partsOf: z.enum(['day', 'run']),
    plannedMs: z.number().nullable(),
    visitsByTime: z.array(z.object({ label: z.string(), visits: z.int() })),
    kinds: counts,
    revenue: z.number(),
    funnels: z.record(
      z.string(),
      z.object({ entered: z.number(), completed: z.number(), steps: z.array(z.number()) }),
    ),
    countries: counts,
    behaviours: counts,
    sample: z.object({ visits: z.int(), of: z.int() }).nullable(),
  })
  .openapi('DayPreview');

export const previewRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v2/previews',
    tag: 'Plan',
    summary: 'Preview a day',
    description:
      'From the plan itself; nothing is sent. Of several targets it is the sum; with the strategy `mirror`, which sends every visit to all of them, it is what each one gets. Visits and their times are exact. Of a large day the rest is scaled up from a sample, whose size the answer tells. A run with an end or a load profile is planned from now on instead, of a long one only the first `plannedMs`.',
    role: 'read',
    // One for each keystroke of somebody who types numbers.
    limit: 600,
    body: request,
    answers: { 200: { description: 'The day', schema: day } },
    handle: async ({ body }, { service, signal }) => {
      const { kind: _, ...answer } = await service.planner.day(
        {
          kind: 'day',
          presets: body.preset,
          given: givenValues(body.settings, false),
          base: service.base(),
          folder: service.options.folder,
          date: body.date,
        },
        signal,
      );
      return { json: answer };
    },
  }),
];
