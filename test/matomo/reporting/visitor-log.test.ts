import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ReportingApi } from '../../../src/matomo/reporting/reporting.ts';
import { createVisitorLog } from '../../../src/matomo/reporting/visitor-log.ts';
import type { Hit, HitKind } from '../../../src/types/hit.ts';
import { visitOf } from '../../doubles/hits.ts';

interface RealVisit {
  readonly timezone: string;
  readonly cdt: readonly number[];
  readonly first: number;
  readonly last: number;
  readonly types: readonly string[];
  readonly timestamps: readonly number[];
}
/** Visits that were sent to a real Matomo, and the times that its visitor log gave them. */
const VISITS: readonly RealVisit[] = JSON.parse(
  readFileSync(new URL('../../sink/fixtures/live-timestamps.json', import.meta.url), 'utf8'),
);
const VISITOR = '0123456789abcdef';
/** A Matomo that has a visit of the actions, and counts the questions. */
function apiOf(timezone: string, rows: readonly object[], others: readonly object[] = []) {
  const asked: Readonly<Record<string, string | number>>[] = [];
  const api: ReportingApi = {
    close: async () => {},
    async ask(method, parameters) {
      if (method === 'SitesManager.getSiteFromId') return { timezone };
      asked.push(parameters);
      return parameters.segment === undefined ? others : rows;
    },
  };
  return { asked, log: createVisitorLog(api, 1) };
}

const rowOf = (visit: Omit<RealVisit, 'timezone' | 'cdt'>, visitorId = VISITOR) => ({
  visitorId,
  firstActionTimestamp: visit.first,
  visitDuration: visit.last - visit.first + 1,
  actionDetails: visit.timestamps.map((timestamp, i) => ({ type: visit.types[i], timestamp })),
});

/** The hits as they were planned: one for each instant. */
function hitsAt(seconds: readonly number[], kinds: readonly HitKind[]): Hit[] {
  const planned = visitOf({ visitorId: VISITOR, kinds });
  const hits: Hit[] = [];
  const visit = { ...planned, hits };
  planned.hits.forEach((hit, i) => {
    hits.push({ ...hit, visit, dueMs: (seconds[i] as number) * 1000 + 500 });
  });
  return hits;
}
const KINDS: readonly HitKind[] = ['pageview', 'event', 'pageview'];

describe('the visitor log', () => {
  it.each(VISITS.map((visit) => ({ ...visit, title: `${visit.timezone} at ${visit.cdt[0]}` })))(
    'shows what was recorded: $title',
    async (visit) => {
      const { log } = apiOf(visit.timezone, [rowOf(visit)]);
      expect(await log.find(hitsAt(visit.cdt, KINDS))).toEqual(['recorded', 'recorded', 'recorded']);
    },
  );

  it.each(VISITS.filter(({ timezone }) => timezone !== 'UTC'))(
    'does not take other instants for recorded ones: $timezone at $first',
    async (visit) => {
      const { log } = apiOf(visit.timezone, [rowOf(visit)]);
      expect(await log.find(hitsAt(visit.timestamps, KINDS))).not.toContain('recorded');
    },
  );

  it.each(VISITS)('understands a version that shifts nothing: $timezone at $first', async (visit) => {
    const { log } = apiOf(visit.timezone, [rowOf({ ...visit, timestamps: visit.cdt })]);
    expect(await log.find(hitsAt(visit.cdt, KINDS))).toEqual(['recorded', 'recorded', 'recorded']);
  });

  it('knows the timezones that Matomo has names of its own for', async () => {
    const timestamps = [1_000_000, 1_000_010].map((second) => second + 5.5 * 3600);
    const visit = { first: 1_000_000, last: 1_000_010, types: ['action', 'event'], timestamps };
    const { log } = apiOf('UTC+5.5', [rowOf(visit)]);
    expect(await log.find(hitsAt([1_000_000, 1_000_010], ['pageview', 'event']))).toEqual([
      'recorded',
      'recorded',
    ]);
  });

  it('asks about many visitors at once, and about those who come meanwhile in the next question', async () => {
    const { log, asked } = apiOf('UTC', []);
    const of = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => visitOf({ index: from + i }).hits[0] as Hit);
    const found = await Promise.all([log.find(of(0, 30)), log.find(of(30, 30)), log.find(of(60, 5))]);
    expect(found.flat()).toEqual(new Array(65).fill('missing'));
    expect(asked.map(({ segment }) => String(segment).split(',').length)).toEqual([30, 35]);
  });

  it('goes by the neighbours of a hit that it may hide, and tells where they differ', async () => {
    const kinds: readonly HitKind[] = ['pageview', 'content', 'event', 'cart', 'event', 'ping', 'event'];
    const { hits } = visitOf({ visitorId: VISITOR, kinds });
    const at = (rank: number) => Math.floor((hits[rank] as Hit).dueMs / 1000);
    const first = at(2);
    const row = { first, last: first, types: ['event', 'event'], timestamps: [at(2), at(4)] };
    const { log } = apiOf('UTC', [rowOf(row)]);
    expect(await log.find(hits)).toEqual([
      'missing',
      'unclear',
      'recorded',
      'recorded',
      'recorded',
      'missing',
      'missing',
    ]);
  });

  it('is looked through for content once, to know whether it hides any', async () => {
    const { hits } = visitOf({ visitorId: VISITOR, kinds: ['pageview', 'content', 'event'] });
    const at = (rank: number) => Math.floor((hits[rank] as Hit).dueMs / 1000);
    const row = { first: at(2), last: at(2), types: ['event'], timestamps: [at(2)] };
    const other = { first: 1, last: 1, types: ['content'], timestamps: [1] };
    const { log, asked } = apiOf('UTC', [rowOf(row)], [rowOf(other, 'fedcba9876543210')]);
    expect(await log.find(hits)).toEqual(['missing', 'missing', 'recorded']);
    expect(await log.find(hits)).toEqual(['missing', 'missing', 'recorded']);
    expect(asked.filter(({ segment }) => segment === undefined)).toHaveLength(1);
  });

  it('hides no content where it has shown some', async () => {
    const { hits } = visitOf({ visitorId: VISITOR, kinds: ['content', 'content', 'event'] });
    const at = (rank: number) => Math.floor((hits[rank] as Hit).dueMs / 1000);
    const row = { first: at(1), last: at(2), types: ['content', 'event'], timestamps: [at(1), at(2)] };
    const { log } = apiOf('UTC', [rowOf(row)]);
    expect(await log.find(hits)).toEqual(['missing', 'recorded', 'recorded']);
  });
});
