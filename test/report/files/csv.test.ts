import { describe, expect, it } from 'vitest';
import { daysCsv, stepsCsv } from '../../../src/report/files/csv.ts';
import { summariseDay } from '../../../src/report/summary.ts';
import { stepOf } from '../capacity-steps.ts';
import { CONTEXT, totalsOf } from '../totals.ts';

describe('the CSV of days', () => {
  it('has a row for each day under its titles, with the line ends of RFC 4180', () => {
    const days = [7, 8].map((size) => summariseDay(CONTEXT, `2026-10-2${size}`, totalsOf(size)));
    const lines = daysCsv(days).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toBe('');
    const [titles = [], ...rows] = lines.slice(0, -1).map((line) => line.split(','));
    expect(titles.slice(0, 6)).toEqual([
      'date',
      'target',
      'site',
      'timezone',
      'visits_planned',
      'visits_complete',
    ]);
    expect(new Set(titles).size).toBe(titles.length);
    expect(rows.map((row) => row.length)).toEqual([titles.length, titles.length]);
    expect(rows[1]?.[titles.indexOf('hits_rejected')]).toBe('8');
    expect(rows[0]?.[titles.indexOf('revenue')]).toBe('7.99');
    expect(rows[0]?.[titles.indexOf('latency_max_ms')]).toMatch(/^36\d{5}$/);
  });

  it('quotes what would break a row', () => {
    const context = { ...CONTEXT, target: 'a "b", c\nd' };
    expect(daysCsv([summariseDay(context, '2026-10-20', totalsOf(1))])).toContain(
      '2026-10-20,"a ""b"", c\nd",1,',
    );
  });

  it('is empty without days', () => {
    expect(daysCsv([])).toBe('');
  });
});

describe('the CSV of steps', () => {
  it('has a row for each step', () => {
    expect(stepsCsv([stepOf('grow', 5, true), stepOf('hold', 10, false)])).toBe(
      [
        'phase,visits_per_second,offered_hits_per_second,accepted_hits_per_second,lost,latency_p50_ms,latency_p95_ms,latency_p99_ms,seconds,sustained',
        'grow,5,25,25,0,20,80,180,18,true',
        'hold,10,50,40,7,20,812,912,18,false',
        '',
      ].join('\r\n'),
    );
  });
});
