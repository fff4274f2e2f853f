/** Script in every text that can be stored: the page and the reports show it, and never run it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAt } from '../server/harness.ts';
import { openBrowser, type ServedPage, servePage } from './page.ts';

const HOSTILE = '"\'><img src=x onerror="hostile=1"><script>hostile=1</script><svg onload=hostile=1>';
const LINK = 'javascript:hostile=1';

let browser: Browser | undefined;
let service: ServedPage | undefined;
let runId = 0;
let funnelId = 0;

beforeAll(async () => {
  service = await servePage();
  browser = await openBrowser();
  const { url, key } = service;
  const post = async (path: string, body: unknown): Promise<{ readonly id: number }> => {
    const { status, json, text } = await askAt(url + path, { key, body });
    if (status >= 300 || (json as { success?: boolean }).success === false)
      throw new Error(`${path}: ${status} ${text}`);
    return json as { id: number };
  };
  const texts = { name: HOSTILE, description: HOSTILE };
  await post('/api/presets', { ...texts, config: { target_visits_per_day: 5000 } });
  const steps = [
    { type: 'pageview', url: 'https://shop.example/', title: HOSTILE, action_name: HOSTILE },
    { type: 'event', event_category: HOSTILE, event_action: HOSTILE, event_name: HOSTILE },
    { type: 'site_search', search_keyword: HOSTILE, search_category: HOSTILE },
  ];
  funnelId = (await post('/api/funnels', { ...texts, probability: 0.5, steps })).id;
  const event = { category: HOSTILE, action: HOSTILE, name: HOSTILE };
  const events = { click_events: [event], random_events: [event] };
  await post('/api/events', { content: JSON.stringify(events) });
  await post('/api/urls', { content: `https://shop.example/${encodeURI('a"><b')}/page\t${HOSTILE}` });
  await post('/api/v2/schedules', { name: HOSTILE, cron: '0 3 * * *', command: 'run', sink: true });
  await post('/api/v2/notifications', { kind: 'webhook', name: HOSTILE, url: 'http://127.0.0.1:9/' });
  const settings = { TARGET_VISITS_PER_DAY: 900_000, TRAFFIC_SHAPE: 'flat', VISIT_TIMING: 'compressed' };
  runId = (await post('/api/v2/runs', { name: HOSTILE, sink: true, settings })).id;
});
afterAll(async () => {
  // Each is closed whatever comes of the other.
  await Promise.all([browser?.close(), service?.close()]);
});

/** What has run, or would have run without the page's policy. */
function watch(page: Page): string[] {
  const found: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to (execute|load|run)/i.test(message.text()))
      found.push(message.text());
  });
  page.on('dialog', (dialog) => {
    found.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => found.push(String(error)));
  return found;
}

/** Whether a script has run, and how many elements there are that only a stored text can have made. */
const TRACES =
  '[\'hostile\' in globalThis, document.querySelectorAll(\'img[src="x"], svg[onload], a[href^="javascript:"]\').length].join()';

async function traces(page: Page): Promise<string[]> {
  const ofFrames = page.frames().map((frame) => frame.evaluate<string>(TRACES).catch(() => 'false,0'));
  return (await Promise.all(ofFrames)).filter((found) => found !== 'false,0');
}

const SHOWN =
  "[document.body.innerText, ...[...document.querySelectorAll('input, textarea')].map(({ value }) => value)].join('\\n')";

describe('script in stored texts', () => {
  it('is shown as text by every place, and runs nowhere', async () => {
    if (!browser || !service) throw new Error('no browser or no service');
    const page = await service.open(browser);
    const found = watch(page);
    const places = [
      ...['', 'traffic', 'backfill', 'targets', 'pages', 'events', 'funnels', `funnels/${funnelId}`],
      ...[
        'runs',
        `runs/${runId}`,
        'logs',
        'schedules',
        'preferences',
        encodeURIComponent('<img src=x onerror=hostile=1>'),
      ],
      `runs?text=${encodeURIComponent(HOSTILE)}`,
      `runs?compare=${runId},${runId}`,
    ];
    for (const place of places) {
      await page.goto(`${service.url}/ui/${place}`.replace(/\/$/, ''));
      await page.waitForSelector('main');
      // Each shows the name of a preset, funnel, run, schedule, event or page; the log names runs by their number.
      if (place !== 'logs')
        await expect.poll(() => page.evaluate<string>(SHOWN), { message: place }).toContain('<img src=x');
      expect([place, await traces(page), found]).toEqual([place, [], []]);
    }
  });

  it('runs in no report, which may do nothing but change its own looks', async () => {
    if (!browser || !service) throw new Error('no browser or no service');
    const { url, key } = service;
    await askAt(`${url}/api/v2/runs/${runId}/stop`, { key, method: 'POST' });
    const isEnded = async () =>
      ((await askAt(`${url}/api/v2/runs/${runId}`, { key })).json as { isEnded: boolean }).isEnded;
    await expect.poll(isEnded).toBe(true);
    const page = await service.open(browser);
    const found = watch(page);
    const answer = await page.goto(`${url}/api/v2/runs/${runId}/report`);
    expect(answer?.status()).toBe(200);
    expect(answer?.headers()['content-security-policy']).toMatch(
      /^sandbox allow-scripts; default-src 'none'/,
    );
    expect([await traces(page), found]).toEqual([[], []]);
    // Its scripts cannot use the session of whoever looks at it.
    const asked = await page.evaluate(async (path) => {
      try {
        return (await fetch(path, { method: 'POST' })).status;
      } catch {
        return 'refused';
      }
    }, `${url}/api/v2/login-links`);
    expect(asked).toBe('refused');
  });

  it('as an address is no link that runs', async () => {
    if (!browser || !service) throw new Error('no browser or no service');
    const { url, key } = service;
    const steps = [
      { type: 'pageview', url: LINK },
      { type: 'outlink', target_url: LINK },
    ];
    const funnel = { name: 'links', probability: 0.1, steps };
    const { status } = await askAt(`${url}/api/funnels`, { key, body: funnel });
    const pages = await askAt(`${url}/api/urls/validate`, { key, body: { content: LINK } });
    expect(pages.json).toMatchObject({ valid: false });
    if (status === 422) return;
    const page = await service.open(browser);
    await page.goto(`${url}/ui/funnels`);
    await page.waitForSelector('main h1');
    expect(await traces(page)).toEqual([]);
  });
});
