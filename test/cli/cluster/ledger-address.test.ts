import { expect, it } from 'vitest';
import { secondsOf } from '../../../src/cli/cluster/ledger-address.ts';

it.each(['1', '60', '3600'])('takes %s seconds from the environment', (text) => {
  expect(secondsOf({ env: { LEDGER_TIMEOUT: text } }, 'LEDGER_TIMEOUT', 5)).toBe(Number(text) * 1000);
});

it.each(['0', '0.5', '3601', '-1', 'x', 'Infinity'])('refuses %s seconds', (text) => {
  expect(() => secondsOf({ env: { LEDGER_TIMEOUT: text } }, 'LEDGER_TIMEOUT', 5)).toThrow(
    `LEDGER_TIMEOUT must be a number of seconds from 1 to 3,600, but is "${text}".`,
  );
});

it('takes the default where the environment has none', () => {
  expect(secondsOf({ env: { LEDGER_TIMEOUT: '' } }, 'LEDGER_TIMEOUT', 5)).toBe(5);
});
