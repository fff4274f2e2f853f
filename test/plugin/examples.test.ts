import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFunnels } from '../../src/config/files/funnels.ts';
import { createProcessHost } from '../../src/host.ts';
import { createPlan } from '../../src/plan/plan.ts';
import { resolvePluginSteps } from '../../src/plugin/funnel-steps.ts';
import { loadPlugins, reportersOf } from '../../src/plugin/load.ts';
import { pluginTemplate } from '../../src/plugin/template.ts';
import type { Visit } from '../../src/types/visit.ts';
import {
  daysFrom,
  hitWriter,
  type Overrides,
  planVisits,
  share,
  trafficSettings,
  withFunnels,
} from '../plan/fixtures.ts';
import { violations } from '../plan/parameter-rules.ts';

const host = createProcessHost();
const EXAMPLES = fileURLToPath(new URL('../../examples/plugins/', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const load = (name: string, options: Readonly<Record<string, unknown>> = {}) =>
  loadPlugins(host, [{ use: `./${name}`, options }], [EXAMPLES]);

async function visitsWith(
  name: string,
  options: Readonly<Record<string, unknown>>,
  date: string,
  overrides: Overrides = {},
): Promise<Visit[]> {
  const plugins = await load(name, options);
  const base = trafficSettings(overrides);
  const journeys = resolvePluginSteps(base.journeys, plugins, 'funnels');
  const traffic = { ...base, journeys, plugins: plugins.all.map(({ identity }) => identity) };
  const plan = createPlan(traffic, plugins.extensions);
  const visits = planVisits(plan, daysFrom(plan, date, 1));
  const hitsOf = hitWriter(traffic);
  for (const visit of visits) expect(violations(hitsOf(visit), visit, traffic)).toEqual([]);
  return visits;
}

const minutesOf = ({ steps, startMs }: Visit) => ((steps.at(-1)?.atMs ?? startMs) - startMs) / 60_000;

describe('the webinar', () => {
  it('has everybody come at 15:00 from a newsletter, and most stay for 40 minutes, on its days only', async () => {
    const visits = await visitsWith('webinar.mjs', { days: ['2025-05-06'] }, '2025-05-06', {
      timezone: 'UTC',
    });
    expect(visits).toHaveLength(2000);
    const guests = visits.filter(({ behaviour }) => behaviour === 'webinar/attend');
    expect(guests.length).toBeGreaterThan(50);
    for (const { startMs, source } of guests) {
      const minute = new Date(startMs).getUTCHours() * 60 + new Date(startMs).getUTCMinutes();
      expect(Math.abs(minute - 900)).toBeLessThanOrEqual(3);
      expect(source.parameters).toContain('mtm_source=newsletter');
    }
    expect(share(guests, (visit) => minutesOf(visit) >= 38)).toBeGreaterThan(0.6);
    const dayAfter = await visitsWith('webinar.mjs', { days: ['2025-05-06'] }, '2025-05-07');
    expect(dayAfter.every(({ behaviour }) => behaviour === undefined)).toBe(true);
  });
});

describe('the video player', () => {
  const { funnels } = readFunnels(
    parse(readFileSync(join(EXAMPLES, 'video-funnel.yaml'), 'utf8')).funnels,
    'video-funnel.yaml',
  );

  it('plays, reports each quarter in order, and ends for the given share', async () => {
    const visits = await visitsWith('video.mjs', {}, '2025-05-06', withFunnels(funnels));
    const watched = visits
      .filter(({ funnel }) => funnel !== undefined)
      .map(({ steps }) => steps.flatMap((step) => (step.kind === 'event' ? (step.event.value ?? -1) : [])));
    expect(watched.length).toBeGreaterThan(150);
    for (const values of watched) expect(values).toEqual([0, 25, 50, 75, 100].slice(0, values.length));
    expect(share(watched, (values) => values.includes(100))).toBeCloseTo(0.3, 1);
  });

  it('is needed by its funnel, whose keys it checks', async () => {
    const { journeys } = trafficSettings(withFunnels(funnels));
    expect(() => resolvePluginSteps(journeys, undefined, 'video-funnel.yaml')).toThrow(
      'video-funnel.yaml: funnel "Product video", step 2: no plugin has the step type player/video.',
    );
    const wrong = funnels.map((funnel) => ({
      ...funnel,
      steps: funnel.steps.map((step) => (step.type === 'plugin' ? { ...step, options: { sound: 1 } } : step)),
    }));
    const plugins = await load('video.mjs');
    expect(() => resolvePluginSteps({ ...journeys, funnels: wrong }, plugins, 'video-funnel.yaml')).toThrow(
      'video-funnel.yaml: funnel "Product video", step 2: player/video, video must be a text, but is missing.',
    );
  });
});

describe('the chat', () => {
  it('posts how a run ended to the webhook whose address is in a file', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk)));
      request.on('end', () => response.end('ok'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const folder = mkdtempSync(join(tmpdir(), 'chat-'));
    try {
      const file = join(folder, 'webhook.txt');
      host.writeFile(file, `http://127.0.0.1:${port}/hook\n`);
      const [first] = reportersOf(await load('chat.mjs', { file }));
      const total = { command: 'run', visits: { planned: 10, complete: 9 }, hits: { accepted: 42 } };
      await first?.reporter.summary?.({ exitCode: 6, total, targets: [], points: [] });
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
    expect(bodies).toEqual([
      '{"text":"run ended with exit code 6: 9 of 10 visits complete, 42 hits accepted"}',
    ]);
  });
});

describe('the template of a new plugin', () => {
  it('is loaded, and its visits keep the rules', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'template-'));
    try {
      for (const { name, text } of pluginTemplate('my-site')) host.writeFile(join(folder, name), text);
      const { extensions, all } = await loadPlugins(host, [{ use: './my-site.mjs', options: {} }], [folder]);
      const traffic = trafficSettings({ plugins: all.map(({ identity }) => identity) });
      const plan = createPlan(traffic, extensions);
      const visits = planVisits(plan, daysFrom(plan, '2025-05-06', 1));
      expect(share(visits, ({ behaviour }) => behaviour === 'my-site/rating')).toBeCloseTo(0.1, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('docs/plugins.md', () => {
  it('has the reference as the types are', () => {
    const script = join(ROOT, 'scripts/refresh/plugins.mjs');
    expect(() => execFileSync(process.execPath, [script, '--check'])).not.toThrow();
  });
});
