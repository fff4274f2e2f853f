import { describe, expect, it } from 'vitest';
import { heardAfter } from '../../src/web/live/heard.ts';

describe('the time of which what is on the page is', () => {
  it('stays that of the last word of the service while it is away, however often it is asked', () => {
    const heardMs = ['open', 'snapshot', 'progress', 'away', 'away'].reduce(
      (before, type, i) => heardAfter(type, before, 1000 * (i + 1)),
      0,
    );
    expect(heardMs).toBe(3000);
  });
});
