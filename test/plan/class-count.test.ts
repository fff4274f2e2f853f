import { describe, expect, it } from 'vitest';
import { createPlan } from '../../src/plan/plan.ts';
import type { TrafficSettings } from '../../src/types/traffic-settings.ts';
import { trafficSettings } from './fixtures.ts';

/** Each with another busiest hour, or longer visits. */
const DIFFERENT: readonly Partial<TrafficSettings>[] = [
  {},
  { visitsPerDay: 9000 },
  { timezone: 'Asia/Kolkata', hasPlaces: false },
  { shape: 'flat', hasPlaces: false },
  { activeMinutes: { from: 600, to: 660 } },
  { durationMinutes: { min: 1, max: 90 } },
  { declaredEvents: [{ kind: 'span', from: '2026-05-06T10:00', minutes: 60, factor: 20 }] },
  { volume: 'average' },
];

describe('the number of classes', () => {
  it('is another one for other settings, and the same one when it is asked for again', () => {
    const counts = DIFFERENT.map((more) => createPlan(trafficSettings(more)).classCount);
    expect(new Set(counts).size).toBe(DIFFERENT.length);
    expect(DIFFERENT.map((more) => createPlan(trafficSettings(more)).classCount)).toEqual(counts);
    // Shares of what visits do are all the same to it.
    const { shares } = trafficSettings();
    const other = trafficSettings({ shares: { ...shares, order: 0.5 }, seed: 'another' });
    expect(createPlan(other).classCount).toBe(counts[0]);
  });
});
