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
    digest: 'a5add9724d3975633a9a63539f9febe639f1171839e3a79b7651768cc9f3562c',
  },
  {
    what: 'a day of 23 hours in Stockholm',
    overrides: { visitsPerDay: 150, timezone: 'Europe/Stockholm' },
    from: '2026-03-28',
    days: 2,
    digest: '51f6e1b47e83e36d203f5764d904e9124d0526d7d53455250b92e20c8529ac4a',
  },
  {
    what: 'a day of 25 hours in Stockholm, all visits in the night',
    overrides: { visitsPerDay: 200, timezone: 'Europe/Stockholm', activeMinutes: { from: 1380, to: 300 } },
    from: '2026-10-25',
    days: 1,
    digest: 'a9c424e4f852fa70ee4e59c4772f7bb4489ddfb6f1e4b16107ff72041f919ecc',
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
    digest: '5ec40929687d002d00b158b7a5ecdc0c73f572f481e592f284cffcccec69fcd0',
  },
  {
    what: 'days around the one from which visits are numbered',
    overrides: { visitsPerDay: 90, timezone: 'Europe/Stockholm', shares: { returning: 0.7 } },
    from: '2009-12-29',
    days: 5,
    digest: '414c6081025e17aa991ae952a23f54f8868c319cd283ae173f547bc687e91029',
  },
  {
    what: 'a timezone that has changed its law lately',
    overrides: { visitsPerDay: 90, timezone: 'America/Vancouver' },
    from: '2026-10-31',
    days: 3,
    digest: '4fc3faf1352b171de7dff283d98020404cde0154891087ba77a10b6bd76bfa1f',
  },
  {
    what: 'days of which one was skipped',
    overrides: { visitsPerDay: 90, timezone: 'Pacific/Apia' },
    from: '2011-12-28',
    days: 5,
    digest: '25a70b6c5a997af6c36332a37420f9431281214bc92ea60f8bc80e81da039076',
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
    digest: '479a65491c2a37a056afbd1b29aeb2b1e3c1a98f03336a0d5ba76b702403e49b',
  },
  {
    what: 'visitors without places, as without a token',
    overrides: { visitsPerDay: 200, hasPlaces: false, timezone: 'Asia/Kathmandu', shape: 'flat' },
    from: '2026-05-06',
    days: 1,
    digest: 'bc7584ba1899b3dfdfe26fa1ec2a38173b79bc7f34b7a085a9025455eea7e375',
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
    digest: 'aa70a4a117982f5a8695acffdeeb38270d7c71a3f41a270aec84d61a8416858c',
  },
  {
    what: 'the second of three shards',
    overrides: { visitsPerDay: 400 },
    from: '2026-05-06',
    days: 2,
    shard: { index: 2, count: 3 },
    digest: 'f2f382125c556f64b9dbe28f52e900a92595b146871c3696e6e7fb90f6da1373',
  },
  {
    what: 'a handful of visits a day, most of them returning',
    overrides: { visitsPerDay: 3, shares: { returning: 0.9 } },
    from: '2026-03-01',
    days: 60,
    digest: 'd88881b23fbf38126fbe5da76a23e04310c4275b9a14e3035c061fb3333df76c',
  },
  {
    what: 'the first of a hundred thousand visits a day',
    overrides: { visitsPerDay: 100_000, seed: 'many', timezone: 'America/Sao_Paulo' },
    from: '2026-05-06',
    days: 1,
    maxVisits: 300,
    digest: '5f4e441ca01a523b47374810e7606c4a7cdb93b0daf2201d59ddeb75d27ac1f5',
  },
  {
    what: 'a number of visits around the mean, cut off at a cap, over a change of the clock',
    overrides: { visitsPerDay: 50, volume: 'average', mostPerDay: 60, timezone: 'Europe/Stockholm' },
    from: '2026-03-26',
    days: 6,
    digest: '657e50a470d565f74f03c357cb99767aebd8bc0eaab222691296f97a0649ee80',
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
    digest: 'da4f06d79692b1f6b41ad6a1568b87a1734f2a51950a536ed42277670d8633e3',
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
