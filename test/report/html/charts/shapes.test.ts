import { describe, expect, it } from 'vitest';
import { bar, line } from '../../../../src/report/html/charts/shapes.ts';

const AXES = { x: { end: 10, ticks: [] }, y: { end: 100, ticks: [] } };

describe('a line', () => {
  it('has a gap where there is nothing to show, and a dot where one place stands alone', () => {
    const places = [
      { x: 0, y: 0 },
      { x: 1, y: 100 },
      { x: 2, y: undefined },
      { x: 3, y: 50 },
    ];
    expect(line(places, AXES, 'p50').text).toBe(
      '<path class="line p50" d="M0 1000L100 0"/><path class="dot p50" d="M300 500h0"/>',
    );
  });
});

describe('a bar', () => {
  it('stands on what is below it', () => {
    expect(bar({ from: 1, to: 2, low: 10, high: 30 }, AXES, 'failed').text).toBe(
      '<rect class="failed" x="100" y="700" width="100" height="200"/>',
    );
  });
});
