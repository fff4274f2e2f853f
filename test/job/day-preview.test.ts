import { describe, expect, it } from 'vitest';
import { previewDay } from '../../src/job/day-preview.ts';
import { dryRunJob } from '../../src/job/dry-run.ts';
import { createPlan } from '../../src/plan/plan.ts';
import { trafficSettings } from '../plan/fixtures.ts';
import { liveJob } from './live-job.ts';

const NOON_MS = Date.UTC(2026, 9, 14, 12);
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('the preview of a day', () => {
  it('is the day of the dry run, where all of it is planned', () => {
    const job = liveJob();
    const preview = previewDay(job, undefined, NOON_MS, 2000);
    const { totals, parts } = dryRunJob(job, NOON_MS, () => {});
    expect(preview).toMatchObject({ date: '2026-10-14', visits: 2000, planned: 2000, partsOf: 'day' });
    expect(preview.parts).toEqual(parts);
    expect(preview.totals.kinds).toEqual(totals.kinds);
    expect(preview.totals.funnels).toEqual(totals.funnels);
    expect(preview.totals.revenueCents).toBe(totals.revenueCents);
    expect(sum(Object.values(preview.countries))).toBe(2000);
  });

  it('has the visits and times of a large day, and plans a sample that is like it', () => {
    const job = liveJob({ traffic: trafficSettings({ visitsPerDay: 20_000 }) });
    const preview = previewDay(job, '2026-11-02', NOON_MS, 1000);
    const plan = createPlan(job.traffic);
    const day = plan.calendar.dayOf('2026-11-02');
    expect(preview).toMatchObject({ date: '2026-11-02', visits: 20_000, planned: 1000 });
    expect(sum(preview.parts.map(({ visits }) => visits))).toBe(20_000);
    const firstHour = plan.startsOf(day).filter((startMs) => startMs < day.startMs + 3_600_000).length;
    expect(preview.parts[0]?.visits).toBe(firstHour);
    const whole = previewDay(job, '2026-11-02', NOON_MS, 20_000);
    const perVisit = ({ totals }: typeof whole) => totals.hits.planned / totals.visits.planned;
    expect(perVisit(preview) / perVisit(whole)).toBeGreaterThan(0.9);
    expect(perVisit(preview) / perVisit(whole)).toBeLessThan(1.1);
  });

  it('ends with the daily cap', () => {
    const { visits, parts } = previewDay(liveJob({ dailyCap: 300 }), undefined, NOON_MS, 2000);
    expect(visits).toBe(300);
    expect(sum(parts.map((part) => part.visits))).toBe(300);
    expect(parts.at(-1)?.visits).toBe(0);
  });

  it('is the run itself, where that ends or follows a load profile', () => {
    const job = liveJob({ stopAfter: 40 });
    const preview = previewDay(job, undefined, NOON_MS, 2000);
    expect(preview.visits).toBe(dryRunJob(job, NOON_MS, () => {}).totals.visits.planned);
    expect(preview.planned).toBe(preview.visits);
    const profile = { stages: [{ ms: 60_000, from: 5, to: 5 }] };
    const load = liveJob({ profile, durationMs: 60_000 });
    expect(previewDay(load, undefined, NOON_MS, 2000)).toMatchObject({
      partsOf: 'run',
      plannedMs: undefined,
    });
  });

  it('is the beginning of a run that is too long to be planned as a whole', () => {
    const preview = previewDay(liveJob({ durationMs: 400 * 86_400_000 }), undefined, NOON_MS, 2000);
    expect(preview.plannedMs).toBeLessThan(10 * 86_400_000);
    expect(preview.visits).toBeGreaterThan(1000);
  });
});
