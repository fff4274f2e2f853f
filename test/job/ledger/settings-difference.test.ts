import { describe, expect, it } from 'vitest';
import { differencesOf } from '../../../src/job/ledger/settings-difference.ts';
import { backfillFacts } from '../../ledger/facts.ts';

const facts = backfillFacts({
  settings: { TARGET_VISITS_PER_DAY: '400', CONCURRENCY: '50', MATOMO_TOKEN_AUTH: '***' },
  contents: { 'contents of URLS_FILE': 'sha256:1', 'visitor countries': 'sent' },
});
const NAMES = ['TARGET_VISITS_PER_DAY', 'BOUNCE_PROBABILITY'];

describe('differences of two backfills', () => {
  it('are none where only the pace differs', () => {
    const settings = { ...facts.settings, CONCURRENCY: '2' };
    expect(differencesOf(facts, { ...facts, settings }, NAMES)).toEqual([]);
  });

  it('name settings, window and seed with both values', () => {
    const settings = { TARGET_VISITS_PER_DAY: '500', BOUNCE_PROBABILITY: '0.4' };
    expect(differencesOf(facts, { ...facts, settings, to: '2026-04-01', seed: 'elm' }, NAMES)).toEqual([
      'the window was 2026-03-01 to 2026-03-31 and is 2026-03-01 to 2026-04-01',
      'the seed was seed and is elm',
      'TARGET_VISITS_PER_DAY was 400 and is 500',
      'BOUNCE_PROBABILITY was not set and is 0.4',
    ]);
  });

  it('name files that have other contents, and places that are or are not sent', () => {
    const contents = { 'contents of URLS_FILE': 'sha256:2', 'visitor countries': 'not sent' };
    expect(differencesOf(facts, { ...facts, contents }, NAMES)).toEqual([
      'contents of URLS_FILE changed',
      'visitor countries was sent and is not sent',
    ]);
  });

  it('are those of window and seed where an older version has kept no settings', () => {
    const old = { ...facts, settings: {}, contents: {}, seed: 'oak' };
    expect(differencesOf(old, facts, NAMES)).toEqual(['the seed was oak and is seed']);
  });
});
