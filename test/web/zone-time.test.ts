import { describe, expect, it } from 'vitest';
import { zoneText } from '../../src/web/components/zone-time.ts';

describe('an instant by the clock of a timezone', () => {
  it('is told whatever the timezone of the browser', () => {
    const at = '2026-11-25T23:00:47Z';
    expect(zoneText(at, 'Europe/Stockholm', { second: '2-digit' })).toContain('00:00:47');
    expect(zoneText(at, 'UTC', {})).toContain('23:00');
  });

  it('is told in UTC, and says so, where the browser does not know the timezone', () => {
    expect(zoneText('2026-11-25T23:00:47Z', 'UTC+5.5', {})).toMatch(/23:00.* UTC$/);
  });
});
