import { describe, expect, it } from 'vitest';
import { loadSession } from '../../../src/cli/options/session.ts';
import { trafficSettings } from '../../../src/config/rules/traffic-settings.ts';
import { createPlan } from '../../../src/plan/plan.ts';
import type { Step } from '../../../src/types/visit.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';
import { daysFrom, planVisits } from '../../plan/fixtures.ts';

const PAGES =
  'https://shop.test/\tHome\nhttps://shop.test/sofas/red\tRed sofa\nhttps://shop.test/beds\tBeds\n';
const FUNNEL = JSON.stringify([
  {
    name: 'Own',
    probability: 0.3,
    steps: [
      { type: 'pageview', url: 'https://own.test/start' },
      { type: 'download', target_url: 'https://files.test/a.pdf' },
    ],
  },
]);

function stepsWith(env: Record<string, string>, preset: readonly string[] = []): Step[] {
  const files = { ...packageFiles(), '/work/urls.txt': PAGES, '/work/funnels.json': FUNNEL };
  const host = createFakeHost({ files, env, cwd: '/work' });
  const session = loadSession(host, 'run', { sink: true, for: 1000, preset }, Date.UTC(2026, 4, 6));
  const traffic = trafficSettings(session.settings, 'run', session.files, true);
  const plan = createPlan({ ...traffic, visitsPerDay: 1500, cartAbandonment: 0.7 });
  return planVisits(plan, daysFrom(plan, '2026-05-06', 1)).flatMap(({ steps }) => steps);
}

/** Hosts of all pages, files and banners; links to the outside are another matter. */
function hostsIn(steps: readonly Step[]): string[] {
  const urls = steps.flatMap((step) => [
    step.page.url,
    ...(step.kind === 'download' || step.kind === 'content' ? [step.targetUrl] : []),
  ]);
  return [...new Set(urls.map((url) => new URL(url).host))].sort();
}

describe('everything that a visit touches', () => {
  it.each([[[]], [['shop']], [['content']], [['saas']]])(
    "is on the host of the user's pages, with presets %j",
    (preset) => {
      const steps = stepsWith({ URLS_FILE: 'urls.txt', ECOMMERCE_PROBABILITY: '0.2' }, preset);
      expect(hostsIn(steps)).toEqual(['shop.test']);
      const kinds: readonly string[] = steps.map(({ kind }) => kind);
      expect(kinds).toEqual(expect.arrayContaining(['search', 'download', 'content', 'event', 'order']));
    },
  );

  it("is on the host of the user's funnels where there are no pages of the user's", () => {
    expect(hostsIn(stepsWith({ FUNNEL_CONFIG_PATH: 'funnels.json' }))).toEqual(['files.test', 'own.test']);
  });

  it("leaves the user's funnels as they are", () => {
    const hosts = hostsIn(stepsWith({ URLS_FILE: 'urls.txt', FUNNEL_CONFIG_PATH: 'funnels.json' }));
    expect(hosts).toEqual(['files.test', 'own.test', 'shop.test']);
  });

  it('is on the built-in host where nothing is of the user', () => {
    expect(hostsIn(stepsWith({}))).toEqual(['www.nordhem.example']);
    expect(hostsIn(stepsWith({}, ['shop']))).toEqual(['www.fjellby.example']);
  });
});
