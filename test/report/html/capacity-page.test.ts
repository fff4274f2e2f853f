import { describe, expect, it } from 'vitest';
import type { CapacityEvidence } from '../../../src/report/capacity.ts';
import { capacityPage } from '../../../src/report/html/capacity-page.ts';
import { stepOf } from '../capacity-steps.ts';
import { runReport } from './run-report.ts';

function pageOf(rate: number | undefined, steps: readonly CapacityEvidence[]): string {
  return capacityPage({
    capacity: { rate, isHeld: rate !== undefined, tooMuch: 10, steps },
    thresholds: ['latency.p95<500ms'],
    url: 'https://example.org/<b>/matomo.php',
    site: 1,
    seed: 'a seed',
    provenance: runReport().provenance,
  });
}

describe('the page of a search for a capacity', () => {
  const page = pageOf(5, [stepOf('grow', 5, true), stepOf('grow', 10, false), stepOf('hold', 5, true)]);

  it('says the result in one sentence', () => {
    expect(page).toContain(
      'The server sustains about 400,000 visits a day: 5 visits/s, 25.0 hits/s, held for 18 s; 10.0 visits/s was too much.',
    );
    expect(pageOf(undefined, [])).toContain(
      'No capacity was found: the search ended before the first rate was measured.',
    );
  });

  it('shows each step, and hollow where it was too much', () => {
    expect(page.match(/<tr><th scope="row">\d \w+<\/th>/g)).toHaveLength(3);
    expect(page).toContain('latency.p95&lt;500ms: 812 ms, 62 % above');
    // One for the rate, three for the percentiles.
    expect(page.match(/class="dot hole"/g)).toHaveLength(4);
    expect(page.match(/class="dot accepted"/g)).toHaveLength(3);
  });

  it('escapes what is not its own, and asks for nothing', () => {
    expect(page).not.toContain('<b>');
    expect(page).not.toMatch(/\b(src|href)=|url\(/);
  });
});
