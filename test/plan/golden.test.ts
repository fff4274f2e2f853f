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
    digest: '310f54fe9493ae5d12213600e80612682354d9cdd54d7df44478e02b24a2d2a8',
  },
  {
    what: 'a day of 23 hours in Stockholm',
    overrides: { visitsPerDay: 150, timezone: 'Europe/Stockholm' },
    from: '2026-03-28',
    days: 2,
    digest: '690690b24079aee32245bf20d799be1d08c6e07bf1d2d93299e9cad85e84079f',
  },
  {
    what: 'a day of 25 hours in Stockholm, all visits in the night',
    overrides: { visitsPerDay: 200, timezone: 'Europe/Stockholm', activeMinutes: { from: 1380, to: 300 } },
    from: '2026-10-25',
    days: 1,
    digest: '570033ed67ee7285b3596c0eb9dba9ca8eac8898d42f83398417c9fded38e534',
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
    digest: 'c1d3fd1276a0ae19a0051823ad92c6d762372bd94e16cad5ab364474a1ebeece',
  },
  {
    what: 'days around the one from which visits are numbered',
    overrides: { visitsPerDay: 90, timezone: 'Europe/Stockholm', shares: { returning: 0.7 } },
    from: '2009-12-29',
    days: 5,
    digest: 'ce95387e395a056ac0a1485e0d47f94d428be5df8cc30ceacd326a467cd0db35',
  },
  {
    what: 'a timezone that has changed its law lately',
    overrides: { visitsPerDay: 90, timezone: 'America/Vancouver' },
    from: '2026-10-31',
    days: 3,
    digest: '59054b2b54e902de095c386d6209c8084f7f3f81dd462479111eb3b274623e07',
  },
  {
    what: 'days of which one was skipped',
    overrides: { visitsPerDay: 90, timezone: 'Pacific/Apia' },
    from: '2011-12-28',
    days: 5,
    digest: '0d58e32dc7ee00fea92e7d2362a0293a122e5a0e94574a0736bd28a161747595',
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
    digest: 'c8a6ccd248cbc25a404b7b3b33df86cf54c196549c085b4740b6acf25d050e86',
  },
  {
    what: 'visitors without places, as without a token',
    overrides: { visitsPerDay: 200, hasPlaces: false, timezone: 'Asia/Kathmandu', shape: 'flat' },
    from: '2026-05-06',
    days: 1,
    digest: '2263ffd516d6045d618ca6756c5798310109fb3be00a862adb5b3ae4aa235f5d',
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
    digest: 'd96cb28894f8fcbcba297170b9e5368d3dce15259ee4f9c11188b28edc4b0246',
  },
  {
    what: 'the second of three shards',
    overrides: { visitsPerDay: 400 },
    from: '2026-05-06',
    days: 2,
    shard: { index: 2, count: 3 },
    digest: 'a1532f826b032a49bc92fbd36277dc478ae7e846929a669c5cd1a5268083bb23',
  },
  {
    what: 'a handful of visits a day, most of them returning',
    overrides: { visitsPerDay: 3, shares: { returning: 0.9 } },
    from: '2026-03-01',
    days: 60,
    digest: '2903e051f3ffccdb370a19d7fd3500be6f7b134e4a212e183fca1933f9751c23',
  },
  {
    what: 'the first of a hundred thousand visits a day',
    overrides: { visitsPerDay: 100_000, seed: 'many', timezone: 'America/Sao_Paulo' },
    from: '2026-05-06',
    days: 1,
    maxVisits: 300,
    digest: '257519389374a20a1b735da6a20b6ebc10ce397d10a8a8f0cbef040fa8d87ef1',
  },
  {
    what: 'a number of visits around the mean, cut off at a cap, over a change of the clock',
    overrides: { visitsPerDay: 50, volume: 'average', mostPerDay: 60, timezone: 'Europe/Stockholm' },
    from: '2026-03-26',
    days: 6,
    digest: 'eb3d8707e073dd51e9057a4e44ab6937f323d16c50dbcfac1f7a6d7d74b1d2dd',
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
    digest: '4df7e2b5ec1215f0e1dab09ded02fc7f4d5ad933e69c44ad59bbc7c202b8080b',
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
