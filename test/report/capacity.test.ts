import { expect, it } from 'vitest';
import { capacityText } from '../../src/report/capacity.ts';
import { stepOf } from './capacity-steps.ts';

it('says that a rate could not be held only where holding it was tried', () => {
  const found = { rate: 8, isHeld: false, tooMuch: 16 };
  const passed = [stepOf('grow', 8, true), stepOf('grow', 16, false)];
  expect(capacityText({ ...found, steps: passed })).toContain(
    'passed one step, but was not confirmed: the search ended before; 16.0 visits/s was too much',
  );
  expect(capacityText({ ...found, steps: [...passed, stepOf('hold', 8, false)] })).toContain(
    'passed one step, but could not be held',
  );
});

it('tells a search that ended before its first rate from one whose lowest rate was too much', () => {
  const none = { rate: undefined, isHeld: false, tooMuch: undefined };
  expect(capacityText({ ...none, steps: [] })).toBe('the search ended before the first rate was measured');
  expect(capacityText({ ...none, steps: [stepOf('grow', 1, false)] })).toBe(
    'not even the lowest rate was sustained',
  );
});
