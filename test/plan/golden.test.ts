import { describe, expect, it } from 'vitest';
import { TrafficDigest } from '../../src/plan/digest.ts';
import { createPlan } from '../../src/plan/plan.ts';
import { visitsOfDays } from '../../src/plan/timeline.ts';
import type { LocalDate } from '../../src/types/local-date.ts';
import type { Shard } from '../../src/types/shard.ts';
import { daysFrom, encoderOf, type Overrides, trafficSettings, WHOLE } from './fixtures.ts';

interface Case {
  readonly what: string;
  readonly overrides: Overrides;
  readonly from: LocalDate;
  readonly days: number;
  readonly shard?: Shard;
  /** Visits at most. */
  readonly maxVisits?: number;
  /** Digest of the hits of all these visits. */
  readonly digest: string;
}

const PAGES = [
  { url: 'https://shop.test/', title: 'Start "here" & now' },
  { url: 'https://shop.test/rum/soffor', title: 'Soffor — för alla' },
  { url: 'https://shop.test/rum/bord?sida=2', title: 'Bord 100 %' },
  { url: 'https://shop.test/rum/bord#mått', title: 'Mått = längd' },
];

const CASES: readonly Case[] = [
  {
    what: 'the defaults',
    overrides: { visitsPerDay: 300 },
    from: '2026-05-06',
    days: 1,
    digest: 'e729f0f819b1c3a1e4eb3184b52ce5c843b3f5e5765e376fa5673f4eff81e4ff',
  },
  {
    what: 'a day of 23 hours in Stockholm',
    overrides: { visitsPerDay: 150, timezone: 'Europe/Stockholm' },
    from: '2026-03-28',
    days: 2,
    digest: '7592c72f8690b50f21603333a5f0b60a626fb87e48cf32bfd618f35e7d73c664',
  },
  {
    what: 'a day of 25 hours in Stockholm, all visits in the night',
    overrides: { visitsPerDay: 200, timezone: 'Europe/Stockholm', activeMinutes: { from: 1380, to: 300 } },
    from: '2026-10-25',
    days: 1,
    digest: 'aebec905e2e326e8c20e6b47a3b03fe6f33b28e49e143d24bfc3f3a372858139',
  },
  {
    what: 'New York, long visits',
    overrides: {
      visitsPerDay: 120,
      timezone: 'America/New_York',
      pageviews: { min: 1, max: 40 },
      durationMinutes: { min: 5, max: 120 },
    },
    from: '2026-11-01',
    days: 2,
    digest: '94dfe0699093a814537160d79657b63da14783e8fe9e003b54e71a22bf8b3565',
  },
  {
    what: 'days around the one from which visits are numbered',
    overrides: { visitsPerDay: 90, timezone: 'Europe/Stockholm', shares: { returning: 0.7 } },
    from: '2009-12-29',
    days: 5,
    digest: 'bd29a0fd8b6f7b666ba4dc82a04ba1462821b0d924de556afce65793eecd0725',
  },
  {
    what: 'a timezone that has changed its law lately',
    overrides: { visitsPerDay: 90, timezone: 'America/Vancouver' },
    from: '2026-10-31',
    days: 3,
    digest: '0c3d1e78cd07ef6ed3bc92c35aebb413afdb9fa61e6302e2a3faf60803af328f',
  },
  {
    what: 'days of which one was skipped',
    overrides: { visitsPerDay: 90, timezone: 'Pacific/Apia' },
    from: '2011-12-28',
    days: 5,
    digest: '70b210dc9f76c91f164abbbaf8a0251735639e2a1153d329445b0dbf15ad4e4d',
  },
  {
    what: 'a shop of many orders and carts',
    overrides: {
      visitsPerDay: 250,
      shares: { order: 0.3, bounce: 0.1 },
      cartAbandonment: 0.6,
      taxRate: 0.25,
      shippingRates: [0, 5.99, 49],
      orderItems: { min: 1, max: 9 },
      currency: 'SEK',
    },
    from: '2026-05-06',
    days: 1,
    digest: '71e6e543c12637a3cc647d6bb7be327da1c163a6a203d5b4e4c99d7c8995887f',
  },
  {
    what: 'visitors without places, as without a token',
    overrides: { visitsPerDay: 200, hasPlaces: false, timezone: 'Asia/Kathmandu', shape: 'flat' },
    from: '2026-05-06',
    days: 1,
    digest: '021dd19c8a2f09bb2a979b1203716904f8eb638fd15d96d332c8382761a081b8',
  },
  {
    what: 'declared events',
    overrides: {
      visitsPerDay: 60,
      timezone: 'Europe/Stockholm',
      declaredEvents: [
        { kind: 'span', from: '2026-03-29T01:30', minutes: 180, factor: 4 },
        { kind: 'days', from: '2026-03-28', to: '2026-03-28', factor: 0.5 },
        { kind: 'growth', weekly: 0.2, from: '2026-02-20', to: '2026-04-30' },
      ],
    },
    from: '2026-03-27',
    days: 4,
    digest: '61fe4c75e8943e9d5da228e824a6886eea2b02cddd3de58e1278e3b66f5e8db5',
  },
  {
    what: 'the second of three shards',
    overrides: { visitsPerDay: 400 },
    from: '2026-05-06',
    days: 2,
    shard: { index: 2, count: 3 },
    digest: '27333eb4e79992a00540068b889b34a3064683904a36af31141846bc999517fa',
  },
  {
    what: 'a handful of visits a day, most of them returning',
    overrides: { visitsPerDay: 3, shares: { returning: 0.9 } },
    from: '2026-03-01',
    days: 60,
    digest: '10a5aa5dd7c2537f6dbd3119045ba516e17f1492057d806fa790a86dbfcad256',
  },
  {
    what: 'the first of a hundred thousand visits a day',
    overrides: { visitsPerDay: 100_000, seed: 'many', timezone: 'America/Sao_Paulo' },
    from: '2026-05-06',
    days: 1,
    maxVisits: 300,
    digest: 'b7a00fa10b020dc36b347eccf847ba19fbb1ffbf54c53b18b09fd8f1eeb7b4c5',
  },
  {
    what: 'goals, dimensions and pages in Swedish',
    overrides: {
      visitsPerDay: 250,
      seed: 'å & ä',
      pages: PAGES,
      goalIds: [1, 4],
      customDimensions: [2, 3, 5, 7],
      runDimensionId: 9,
      shares: { direct: 0.1, search: 0.5, clickEvent: 0.6, randomEvent: 0.6, download: 0.4, outlink: 0.5 },
    },
    from: '2026-05-06',
    days: 1,
    digest: '018a9e8e8d43edcfe064c8ae2e0dfd0a632dd38e4bbfbfac8b58fae38a5a12b7',
  },
];

describe('traffic is to the byte what it was', () => {
  it.each(CASES)('with $what', ({ overrides, from, days, shard = WHOLE, maxVisits = 1000, digest }) => {
    const traffic = trafficSettings(overrides);
    const plan = createPlan(traffic);
    const encoder = encoderOf(traffic, true);
    const found = new TrafficDigest();
    const options = { days: daysFrom(plan, from, days), shard, maxVisits, untilMs: Number.POSITIVE_INFINITY };
    for (const visit of visitsOfDays(plan, options)) found.add(encoder.write(visit).visit.digest);
    expect(found.value).toBe(digest);
  });
});
