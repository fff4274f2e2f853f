import { describe, expect, it } from 'vitest';
import { visitsOfDays } from '../../src/plan/bulk-timeline.ts';
import { TrafficDigest } from '../../src/plan/digest.ts';
import { createPlan } from '../../src/plan/plan.ts';
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
    digest: '00b5535e952d27fbb5b0e7618543cf6ba51ed3bd5832bcf06c34e97aa00c99af',
  },
  {
    what: 'a day of 23 hours in Stockholm',
    overrides: { visitsPerDay: 150, timezone: 'Europe/Stockholm' },
    from: '2026-03-28',
    days: 2,
    digest: '539c1814b753d623d86078aa3189347623f878091fd402dede1f1ec2dbd39cd4',
  },
  {
    what: 'a day of 25 hours in Stockholm, all visits in the night',
    overrides: { visitsPerDay: 200, timezone: 'Europe/Stockholm', activeMinutes: { from: 1380, to: 300 } },
    from: '2026-10-25',
    days: 1,
    digest: '8316d708714e71fad720fce826f2c84097c8f4652f83b51baa36f72e87e99533',
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
    digest: 'b7c876df05f72d448d55c41b61ee2906c306b1a6232b5ad1819d8ef6f7c92400',
  },
  {
    what: 'days around the one from which visits are numbered',
    overrides: { visitsPerDay: 90, timezone: 'Europe/Stockholm', shares: { returning: 0.7 } },
    from: '2009-12-29',
    days: 5,
    digest: '1dcb1788beeef29f958061677a792085cc080040105cd1d050651f7ee163d136',
  },
  {
    what: 'a timezone that has changed its law lately',
    overrides: { visitsPerDay: 90, timezone: 'America/Vancouver' },
    from: '2026-10-31',
    days: 3,
    digest: '66276d08bdcdc936bb34f1dc3366b0dcef7da6516c4568c4ae941fd71137da84',
  },
  {
    what: 'days of which one was skipped',
    overrides: { visitsPerDay: 90, timezone: 'Pacific/Apia' },
    from: '2011-12-28',
    days: 5,
    digest: '539ab73416aa1fcfb3da81e9b2ff3a84da93adb80753b71a94315347955907fc',
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
    digest: '014f9ff0f882f0e71a4998750cb6aae8ef97fbca4f355a204949ebd2b176439a',
  },
  {
    what: 'visitors without places, as without a token',
    overrides: { visitsPerDay: 200, hasPlaces: false, timezone: 'Asia/Kathmandu', shape: 'flat' },
    from: '2026-05-06',
    days: 1,
    digest: 'fe586978d7a62d02e99b871ae2a3b2235d2a064738e117d4abec3de7bc1a696b',
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
    digest: 'afab2df1d98ad4432cb6abe0a4f26a0180ba041e0631d11c707dc02c4e65804f',
  },
  {
    what: 'the second of three shards',
    overrides: { visitsPerDay: 400 },
    from: '2026-05-06',
    days: 2,
    shard: { index: 2, count: 3 },
    digest: '4a2b16916b24cd07215e6d75ee0282f1c81d34717a11544a79c3d756c08bf409',
  },
  {
    what: 'a handful of visits a day, most of them returning',
    overrides: { visitsPerDay: 3, shares: { returning: 0.9 } },
    from: '2026-03-01',
    days: 60,
    digest: '939b9c4e35c887756452e454e8359c05dbe43d1677c7592a64b502e00e71f9c7',
  },
  {
    what: 'the first of a hundred thousand visits a day',
    overrides: { visitsPerDay: 100_000, seed: 'many', timezone: 'America/Sao_Paulo' },
    from: '2026-05-06',
    days: 1,
    maxVisits: 300,
    digest: '2ab08b049926972a25dee5508da715f1971253ec7683f316dc73d927de1de885',
  },
  {
    what: 'a number of visits around the mean, cut off at a cap, over a change of the clock',
    overrides: { visitsPerDay: 50, volume: 'average', mostPerDay: 60, timezone: 'Europe/Stockholm' },
    from: '2026-03-26',
    days: 6,
    digest: '79d5fc29b196fd7e00d2efd178d4e6ada202d32fedb4e1f345ed49f569445267',
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
    digest: 'a5c0bbfbdda212484ab4510b381b175fd7caa54a1ad59ba6cfd6e96708b0665d',
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
