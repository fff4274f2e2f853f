import { describe, expect, it } from 'vitest';
import { createTotals } from '../../../src/ledger/totals.ts';
import { runPage } from '../../../src/report/html/run-page.ts';
import { summariseDay, summariseTotal } from '../../../src/report/summary.ts';
import { CONTEXT, FACTS, totalsOf } from '../totals.ts';
import { runReport } from './run-report.ts';

const page = runPage(runReport());
const textOf = (html: string) => html.replace(/<style>[\s\S]*<\/style>/, '').replace(/<[^>]+>/g, ' ');

/** A page with one target and the totals. */
function pageOf(totals = totalsOf(0), facts = FACTS, isDryRun = false): string {
  const context = { ...CONTEXT, isDryRun };
  const { provenance } = runReport();
  return runPage({
    summary: summariseTotal(context, totals, facts),
    days: [summariseDay(context, '2026-10-20', totals)],
    targets: [{ name: 'default', url: 'https://example.org/matomo.php', timezone: 'UTC', points: [] }],
    latencyMs: createTotals().latencyMs,
    lagMs: createTotals().lagMs,
    verified: [],
    errors: [],
    provenance,
  });
}

describe('the page of a run', () => {
  it('needs nothing but itself', () => {
    expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src 'none'`);
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base|form|a)\b/i);
    expect(page).not.toMatch(/\b(src|href|srcset|action|background|on\w+)\s*=/i);
    expect(page).not.toMatch(/url\(|@import|@font-face/);
    const addresses = page.match(/https?:[^<"]*/g) ?? [];
    expect(addresses.every((address) => address.endsWith('.example.org/matomo.php'))).toBe(true);
  });

  it('has no rate and no time where nothing was sent', () => {
    const totals = createTotals();
    totals.visits = { planned: 5, complete: 5, partial: 0, failed: 0, skipped: 0 };
    totals.hits = { ...totals.hits, planned: 20, accepted: 20 };
    const text = textOf(pageOf(totals)).replace(/\s+/g, ' ');
    const headline = text.slice(0, text.indexOf('orders'));
    expect(headline).toContain('visits complete');
    expect(headline).not.toMatch(/hits\/s|p50|response time|sent late/);
  });

  it('has the visits of plugins, where there are some', () => {
    expect(textOf(pageOf(createTotals()))).not.toContain('Visits of plugins');
    const totals = createTotals();
    totals.visits.planned = 40;
    totals.behaviours['acme/rate'] = { planned: 10, complete: 9, partial: 0, failed: 1, skipped: 0 };
    const cells = textOf(pageOf(totals)).replace(/\s+/g, ' ');
    expect(cells).toContain('Visits of plugins behaviour visits share complete acme/rate 10 25.0 % 9');
    expect(textOf(pageOf(totals, FACTS, true)).replace(/\s+/g, ' ')).toContain('acme/rate 10 25.0 %');
  });

  it('escapes every name that is not its own', () => {
    expect(page).not.toContain('<script');
    expect(page).not.toContain('"1"');
    const shown = page.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; ').length - 1;
    // Target, URL, error, threshold, funnel, setting, origin, command line and more.
    expect(shown).toBeGreaterThan(12);
  });

  it('has tables with heads, charts with descriptions, and headings in order', () => {
    const tables = page.match(/<table>/g)?.length ?? 0;
    expect(page.match(/<caption>[^<]+<\/caption>\s*<thead><tr><th scope="col"/g)).toHaveLength(tables);
    const charts = page.match(/<svg /g)?.length ?? 0;
    expect(charts).toBe(6);
    expect(page.match(/<svg [^>]*role="img" aria-label="[^"]{20,}"/g)).toHaveLength(charts);
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(page).toMatch(/<html lang="en">[\s\S]*<title>[^<]+<\/title>/);
  });

  it('has elements that all end', () => {
    const open: string[] = [];
    for (const [, slash, name = '', selfEnd] of page
      .replace(/<!doctype html>|<meta [^>]*>/g, '')
      .matchAll(/<(\/?)([a-z0-9]+)(?:\s[^>]*?)?(\/?)>/g)) {
      if (slash) expect(open.pop()).toBe(name);
      else if (!selfEnd) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('says what came of it in one sentence', () => {
    expect(page).toMatch(
      /<h1 class="bad">[\d,]+ of [\d,]+ hits were lost \(.*\); .*\d of 4 thresholds were missed; [\d,]+ of [\d,]+ hits were accepted\. Matomo's reports differ from what was sent\.</,
    );
    const totals = createTotals();
    expect(pageOf(totals)).toContain('<h1 class="plain">Nothing was sent: no visit was due.<');
    totals.hits = { ...totals.hits, planned: 1234, accepted: 1234 };
    totals.requests = 1234;
    expect(pageOf(totals)).toContain('<h1 class="good">All 1,234 hits were accepted.<');
    const verdict = {
      threshold: 't',
      target: 'default',
      value: 1,
      limit: 2,
      unit: 'ms',
      isMet: true,
    } as const;
    expect(pageOf(totals, { ...FACTS, verdicts: [verdict] })).toContain(
      'accepted, and the threshold was met.<',
    );
  });

  it('shows the time with its zone, and what is needed to repeat it', () => {
    const text = textOf(page);
    expect(text).toContain('20 Oct 2026, 12:30:05 UTC+2');
    expect(text).toContain('trafficinator 1.2.3');
    expect(text).toContain(FACTS.digest);
    expect(text).toMatch(/MATOMO_TOKEN_AUTH\s+\*\*\*\s+environment/);
    expect(text).toContain('trafficinator run --seed');
  });

  it('has what went wrong in one table: hits, attempts, an example, what to do, where more is said', () => {
    const text = textOf(page).replace(/\s+/g, ' ');
    expect(text).toMatch(
      /The connection broke before the response ?connection-lost 900 950 Check the server/,
    );
    expect(text).toMatch(
      /HTTP 503 ?http-503 0 40 .*Example: 20 Oct 2026, [\d:]+ UTC\+2, .*example.org\/page, HTTP 503 ?More in docs\/troubleshooting.md, “The server fails or cannot be reached”/,
    );
    expect(pageOf()).not.toContain('What went wrong');
  });

  it("shows Matomo's reports beside what was sent", () => {
    const text = textOf(page).replace(/\s+/g, ' ');
    expect(text).toContain('stable: ✓ equal');
    expect(text).toContain('visits 2026-10-20 4,100 4,000 3,950 -50');
    expect(text).toContain('revenue all days – 1,200.50 1,200.50 0.00');
    expect(pageOf()).not.toContain("In Matomo's reports");
  });

  it('compares targets that got the same visits', () => {
    expect(textOf(page)).toMatch(/Response times, relative to stable[\s\S]*1\.\d\d ×/);
    expect(page).toContain('class="line target-1"');
    expect(pageOf()).not.toContain('relative to');
  });

  it('shows the drop-off of each step of a funnel', () => {
    expect(textOf(page)).toMatch(/640\s+80\.0 %\s+−160 \(20\.0 %\)/);
    expect(textOf(page).replace(/\s+/g, ' ')).toContain(`800 visits entered, 310 completed (38.8 %)`);
  });

  it('of a dry run has neither rates nor outcomes', () => {
    const totals = createTotals();
    totals.visits.planned = 20;
    totals.hits.planned = 120;
    const dry = pageOf(totals, FACTS, true);
    expect(dry).toContain('<h1 class="plain">20 visits with 120 hits would be sent.<');
    expect(dry).not.toContain('<svg');
    expect(textOf(dry)).not.toMatch(/hits\/s|latency|Outcomes|healthy/);
  });
});
