/** Plans days, sends them to the embedded endpoint in bulk and counts both sides, all in process. */

import { bulkTimeline } from '../../src/plan/bulk-timeline.ts';
import { createPlan } from '../../src/plan/plan.ts';
import type { Extensions } from '../../src/plan/plugins/extensions.ts';
import { parseSinkConfig } from '../../src/sink/config.ts';
import { createSink, type Sink } from '../../src/sink/sink.ts';
import { HIT_KINDS, type HitKind } from '../../src/types/hit.ts';
import type { LocalDate } from '../../src/types/local-date.ts';
import type { Shard } from '../../src/types/shard.ts';
import type { TrafficSettings } from '../../src/types/traffic-settings.ts';
import { daysFrom, encoderOf, WHOLE } from './fixtures.ts';

export const TOKEN = 'a'.repeat(32);
/** Later than any day that is sent, and within 20 years of it. */
const NOW_MS = Date.UTC(2026, 11, 20);

export interface DayCount {
  visits: number;
  readonly kinds: Record<HitKind, number>;
  revenueCents: number;
}

export type DayCounts = Record<LocalDate, DayCount>;

function noHits(): Record<HitKind, number> {
  return {
    pageview: 0,
    event: 0,
    search: 0,
    outlink: 0,
    download: 0,
    content: 0,
    goal: 0,
    order: 0,
    cart: 0,
    ping: 0,
  };
}

/** A site whose timezone, currency and goals are those of the traffic. */
export function createSiteSink({ siteId, timezone, currency, goalIds }: TrafficSettings): Sink {
  const config = parseSinkConfig({
    sites: [
      {
        id: siteId,
        timezone,
        currency,
        mainUrl: 'https://www.nordhem.example',
        goals: goalIds.map((id) => ({ id })),
      },
    ],
    tokens: [{ token: TOKEN, role: 'super' }],
  });
  return createSink({ config, now: () => NOW_MS });
}

export interface Sending {
  readonly planned: DayCounts;
  /** Sums of what the endpoint answered. */
  readonly sent: number;
  readonly tracked: number;
  readonly invalid: number;
}

export interface Window {
  readonly from: LocalDate;
  readonly days: number;
  readonly batchSize?: number;
  readonly shard?: Shard;
  readonly extensions?: Extensions;
}

/** Sends one shard of the window, or the whole, through the bulk endpoint. */
export function sendTo(sink: Sink, traffic: TrafficSettings, window: Window): Sending {
  const { from, days, batchSize = 200, shard = WHOLE } = window;
  const plan = createPlan(traffic, window.extensions);
  const limits = { maxVisits: Number.POSITIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };
  const options = { days: daysFrom(plan, from, days), shard, batchSize, ...limits };
  const planned: DayCounts = {};
  const result = { planned, sent: 0, tracked: 0, invalid: 0 };
  for (const { hits, body } of bulkTimeline(plan, encoderOf(traffic, true, TOKEN), options)) {
    for (const { visit, seq, kind, revenueCents } of hits) {
      planned[visit.key.day] ??= { visits: 0, kinds: noHits(), revenueCents: 0 };
      const day = planned[visit.key.day];
      if (!day) continue;
      if (seq === 0) day.visits += 1;
      day.kinds[kind] += 1;
      day.revenueCents += revenueCents;
    }
    const reply = sink.handle({
      method: 'POST',
      url: '/matomo.php',
      contentType: 'application/json',
      userAgent: 'test',
      language: 'en-us',
      address: '81.230.4.5',
      body: body.toString(),
    });
    const { tracked, invalid } = JSON.parse(String(reply.body));
    result.sent += hits.length;
    result.tracked += tracked;
    result.invalid += invalid;
  }
  return result;
}

/** What the endpoint recorded, in the form of what was planned. */
export function recordedBy(sink: Sink, siteId: number): DayCounts {
  const days = Object.entries(sink.recorded().sites[siteId]?.days ?? {});
  return Object.fromEntries(
    days.map(([date, { visits, kinds, revenue }]) => [
      date,
      { visits, kinds: { ...kinds }, revenueCents: Math.round(revenue * 100) },
    ]),
  );
}

/** The days of several shards together. */
export function sumOf(parts: readonly DayCounts[]): DayCounts {
  const all: DayCounts = {};
  for (const part of parts) {
    for (const [date, { visits, kinds, revenueCents }] of Object.entries(part)) {
      all[date] ??= { visits: 0, kinds: noHits(), revenueCents: 0 };
      const day = all[date];
      if (!day) continue;
      day.visits += visits;
      day.revenueCents += revenueCents;
      for (const kind of HIT_KINDS) day.kinds[kind] += kinds[kind];
    }
  }
  return all;
}
