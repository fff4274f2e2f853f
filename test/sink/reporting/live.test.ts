import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SINK_CONFIG } from '../../../src/sink/config.ts';
import { createSink } from '../../../src/sink/sink.ts';
import { askJson, type Fields, queryOf, requestOf, SUPER } from '../driver.ts';

/** Visits that were sent to a real Matomo, and the times that its visitor log gave them. */
interface RealVisit {
  readonly timezone: string;
  readonly cdt: readonly number[];
  readonly first: number;
  readonly last: number;
  readonly server: number;
  readonly types: readonly string[];
  readonly timestamps: readonly number[];
}
const VISITS: readonly RealVisit[] = JSON.parse(
  readFileSync(new URL('../fixtures/live-timestamps.json', import.meta.url), 'utf8'),
);
const VISITOR = '0123456789abcdef';

describe('the visitor log', () => {
  it.each(VISITS.map((visit) => ({ ...visit, title: `${visit.timezone} at ${visit.cdt[0]}` })))(
    'has the times that Matomo gives: $title',
    (visit) => {
      const site = DEFAULT_SINK_CONFIG.sites.find(({ timezone }) => timezone === visit.timezone)?.id ?? 0;
      const sink = createSink({ config: DEFAULT_SINK_CONFIG, now: () => Date.UTC(2027, 0, 1) });
      visit.cdt.forEach((cdt, i) => {
        const event: Fields = visit.types[i] === 'event' ? { e_c: 'a', e_a: 'b' } : {};
        const fields = { idsite: site, rec: 1, url: 'https://example.test/', cid: VISITOR, cdt, ...event };
        const body = queryOf({ ...fields, token_auth: SUPER });
        const contentType = 'application/x-www-form-urlencoded';
        expect(sink.handle(requestOf({ method: 'POST', contentType, body })).status).toBe(200);
      });
      const [shown] = askJson(sink, 'Live.getLastVisitsDetails', {
        idSite: site,
        segment: `visitorId==${VISITOR}`,
      });
      expect(shown).toMatchObject({
        firstActionTimestamp: visit.first,
        lastActionTimestamp: visit.last,
        serverTimestamp: visit.server,
      });
      expect(shown.actionDetails.map(({ timestamp }: { timestamp: number }) => timestamp)).toEqual(
        visit.timestamps,
      );
      expect(shown.actionDetails.map(({ type }: { type: string }) => type)).toEqual(visit.types);
    },
  );
});
