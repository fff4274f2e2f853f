import { expect, it } from 'vitest';
import { parseDuration } from '../../../src/cli/options/option-values.ts';

it.each([
  ['90s', 90_000],
  ['50ms', 50],
  ['0.2s', 200],
  ['1h30m', 5_400_000],
  ['1m500ms', 60_500],
])('reads a time: %s', (text, ms) => {
  expect(parseDuration('--for', text)).toBe(ms);
});
