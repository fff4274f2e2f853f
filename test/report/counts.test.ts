import { expect, it } from 'vitest';
import {
  isMissing,
  isOverdue,
  lostOf,
  missingOf,
  overdueOf,
  sentOf,
  unsentOf,
} from '../../src/report/counts.ts';
import { healthOf } from '../../src/report/health.ts';

const OUTCOMES = { accepted: 1000, rejected: 100, failed: 10, unknown: 1, skipped: 5000 };

it('what left is what was accepted and what was lost', () => {
  expect(lostOf(OUTCOMES)).toBe(111);
  expect(sentOf(OUTCOMES)).toBe(1111);
});

it('a hit is overdue whose turn came too late, and no other skip is', () => {
  expect(overdueOf({ late: 3, behind: 4, capped: 50, stopped: 60, paused: 70 })).toBe(7);
  expect(overdueOf({})).toBe(0);
  expect(['late', 'behind', 'capped', 'stopped', 'paused', undefined].filter(isOverdue)).toEqual([
    'late',
    'behind',
  ]);
});

it('names the reasons of missing hits, and those of hits that never left apart', () => {
  const reasons = ['late', 'no-answer', 'behind', 'deferred', 'http-503', 'stopped', 'worker-lost'];
  expect(reasons.filter(isMissing)).toEqual(['no-answer', 'deferred', 'http-503']);
});

it('hits that the target refuses because of what is in them are missing, and no sign of health', () => {
  const outcomes = { accepted: 60, rejected: 0, failed: 0, unknown: 0, skipped: 40 };
  expect(missingOf(outcomes, { deferred: 40 })).toBe(40);
  expect(unsentOf(outcomes, { deferred: 30 })).toBe(10);
  expect(missingOf(outcomes, { stopped: 40 })).toBe(0);
  expect(healthOf(outcomes, { deferred: 40 })).toBe('failing');
  expect(healthOf(outcomes, { stopped: 40 })).toBe('healthy');
});
