/** Which days a backfill may have, and which ones were sent before: what a calendar shows. */
import { z } from '@hono/zod-openapi';
import { MAX_WINDOW_DAYS, possibleDays } from '../../../../config/rules/window.ts';
import { dateNumbered, dayNumberAt, dayNumberOf } from '../../../../timezone.ts';
import { Refusal } from '../../../http/refusal.ts';
import { defineRoute } from '../../../http/route.ts';
import { givenValues } from '../given.ts';
import { presetNames, settingValues } from '../shapes.ts';
import { sentDay, sentTo } from './sent-days.ts';

const MOST_DAYS = 400;
const DAY_MS = 86_400_000;

const request = z.strictObject({
  preset: presetNames.default([]),
  settings: settingValues.default({}),
  sink: z.boolean().default(false),
  from: z.iso.date(),
  to: z.iso.date(),
});

const days = z
  .object({
    timezone: z.string(),
    /** The last day that a window may have. */
    today: z.string(),
    /** The first day that a window may have: Matomo records what is older as of now. */
    oldest: z.string(),
    longest: z.int(),
    /** Matomo refuses days before this one, because there is no token; null where nothing is refused. */
    withoutTokenFrom: z.string().nullable(),
    sent: z.array(sentDay),
  })
  .openapi('BackfillDays');

export const backfillDayRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v2/backfill-days',
    tag: 'Backfills',
    summary: 'Show which days a backfill may have, and which ones were sent before',
    description: `Of at most ${MOST_DAYS} days, for the targets of the settings. An embedded endpoint starts empty every time: nothing was sent to it before.`,
    role: 'read',
    limit: 240,
    body: request,
    answers: { 200: { description: 'The days', schema: days } },
    handle: async ({ body }, call) => {
      const { preset: presets, settings, sink: isSink, from, to } = body;
      if (from > to || dayNumberOf(to) - dayNumberOf(from) >= MOST_DAYS) {
        throw new Refusal(422, `Expected at most ${MOST_DAYS} days in their order, got ${from} to ${to}`, {
          code: 'wrong-days',
        });
      }
      const { jobs, clock } = call.service;
      // As for a live run: the window of days is what somebody is about to choose.
      const given = givenValues(settings, false);
      const { session } = await jobs.resolve({ command: 'run', presets, given, isSink: true });
      const { targets } = session;
      const places = targets.map(({ name, settings: { matomoUrl: url = null, siteId: site } }) => ({
        name,
        url,
        site,
      }));
      const { timezone } = session.settings;
      const { from: oldest, to: today } = possibleDays(timezone, clock.now());
      const lacksToken = !isSink && targets.some(({ settings: { tokenAuth } }) => tokenAuth === undefined);
      const dayAgo = dayNumberAt(timezone, clock.now() - DAY_MS);
      return {
        json: {
          timezone,
          today,
          oldest,
          longest: MAX_WINDOW_DAYS,
          withoutTokenFrom: lacksToken ? dateNumbered(dayAgo + 1) : null,
          sent: isSink ? [] : await sentTo(call.service, places, { from, to }),
        },
      };
    },
  }),
];
