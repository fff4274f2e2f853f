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
    digest: '150aa9121296a790c5070d07192ebc7554319ca04e4342aa921bf31ac8f75618',
  },
  {
    what: 'a day of 23 hours in Stockholm',
    overrides: { visitsPerDay: 150, timezone: 'Europe/Stockholm' },
    from: '2026-03-28',
    days: 2,
    digest: 'f605a8fadea3f702c8521b8ff5ea6ea5a7e72cda933472191d7c9f754740bdd8',
  },
  {
    what: 'a day of 25 hours in Stockholm, all visits in the night',
    overrides: { visitsPerDay: 200, timezone: 'Europe/Stockholm', activeMinutes: { from: 1380, to: 300 } },
    from: '2026-10-25',
    days: 1,
    digest: 'd08ce41d640d7f85ab3da35e6e7139e64220d38e3116a9b4a43a41e52e3434af',
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
    digest: '9c0071dd00ffefd6030bd55ba8ff88b4afba2945f4e0106ce35e3b4648fdf369',
  },
  {
    what: 'days around the one from which visits are numbered',
    overrides: { visitsPerDay: 90, timezone: 'Europe/Stockholm', shares: { returning: 0.7 } },
    from: '2009-12-29',
    days: 5,
    digest: '48832ca8d8f9d0ebc18e502cf24bc8e429f61d4ba16e98a6c4868d5b63677a36',
  },
  {
    what: 'a timezone that has changed its law lately',
    overrides: { visitsPerDay: 90, timezone: 'America/Vancouver' },
    from: '2026-10-31',
    days: 3,
    digest: '2396723c623a7976035f1934c5b206fcb2871d94c0aa37eedb7d2efd39f13b7b',
  },
  {
    what: 'days of which one was skipped',
    overrides: { visitsPerDay: 90, timezone: 'Pacific/Apia' },
    from: '2011-12-28',
    days: 5,
    digest: '80d2ed43bdc311f693c0760f851142b24ede7f8178d2d5e054ffb04955c8da48',
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
    digest: '0760cb1a9276dbe3ea0b6c27c0288179761f4cb69857f0274208e56ff3a38841',
  },
  {
    what: 'visitors without places, as without a token',
    overrides: { visitsPerDay: 200, hasPlaces: false, timezone: 'Asia/Kathmandu', shape: 'flat' },
    from: '2026-05-06',
    days: 1,
    digest: 'bd09dde39da48773dd418ca41edfb281ed9a9ae13a58269fd7d2273fc186874a',
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
    digest: '2923b0f86cda0d9c52c6f9d1327df7a4be260c515ea14f05102a5b88e24abaca',
  },
  {
    what: 'the second of three shards',
    overrides: { visitsPerDay: 400 },
    from: '2026-05-06',
    days: 2,
    shard: { index: 2, count: 3 },
    digest: 'f4bc065c5645d5e1f75e5f5a8fdc0d009579d24b05b95f92731f8e3e063d8242',
  },
  {
    what: 'a handful of visits a day, most of them returning',
    overrides: { visitsPerDay: 3, shares: { returning: 0.9 } },
    from: '2026-03-01',
    days: 60,
    digest: 'a27f33ffa8f864ce192f40997f0830c74b49958f01c63bc69cbd8ed3a367eacf',
  },
  {
    what: 'the first of a hundred thousand visits a day',
    overrides: { visitsPerDay: 100_000, seed: 'many', timezone: 'America/Sao_Paulo' },
    from: '2026-05-06',
    days: 1,
    maxVisits: 300,
    digest: 'ec3d3f784d40cfa2d623156abc87f345d006b60cc2b315422bfd2dce21991f0f',
  },
  {
    what: 'a number of visits around the mean, cut off at a cap, over a change of the clock',
    overrides: { visitsPerDay: 50, volume: 'average', mostPerDay: 60, timezone: 'Europe/Stockholm' },
    from: '2026-03-26',
    days: 6,
    digest: 'f47b624e7948836504e5e4b6dea0981b8fd1b1c571bf86b6e9cf65ed1c885d2a',
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
    digest: '2d9355649ccced6e68aaef96acb6e237ac73ebd979666a69b69d299dc5b349f4',
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
