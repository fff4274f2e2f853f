import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'dotenv';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSinkConfig } from '../../../src/sink/config.ts';
import { createSink, type Sink } from '../../../src/sink/sink.ts';
import { BALANCED, balanceOf, jsonLines, recordedHits, STACK, Workplace } from '../binary.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/predecessor', import.meta.url));
const ENV_TEXT = readFileSync(join(FIXTURES, 'predecessor.env'), 'utf8');
/** Names that have no effect any more, with what is said in their place. */
const RETIRED = {
  BACKFILL_ENABLED: '`trafficinator backfill`',
  BACKFILL_RUN_ONCE: 'always runs once',
  START_CHECK_INTERVAL: '`trafficinator run` starts immediately',
  START_SIGNAL_FILE: '`trafficinator run` starts immediately',
};
/** Names that the control service uses: other commands let them pass. */
const OF_THE_SERVICE = [
  'AUTO_START',
  'CONTROL_UI_PORT',
  'CONTROL_UI_API_KEY',
  'CORS_ORIGINS',
  'CONFIG_DB_PATH',
];
const SITES = parseSinkConfig({
  sites: [{ id: 1, timezone: 'CET', currency: 'SEK' }],
  tokens: [{ token: '0123456789abcdef0123456789abcdef', role: 'write', sites: [1] }],
});

const places: Workplace[] = [];
afterAll(() => {
  for (const place of places) place.remove();
});

interface Household {
  readonly place: Workplace;
  readonly sink: Sink;
  /** The file's variables, as a container would have them. */
  readonly env: Readonly<Record<string, string>>;
}

/** The folder of somebody who comes from the predecessor: nothing is changed but where the server is. */
async function withHousehold(test: (household: Household) => Promise<void>): Promise<void> {
  const sink = createSink({ config: SITES, now: Date.now });
  const { url } = await sink.listen(0);
  const place = new Workplace();
  places.push(place);
  cpSync(FIXTURES, place.file('config'), { recursive: true });
  const text = ENV_TEXT.replace('https://matomo.example.org', url);
  place.write('.env', text);
  try {
    await test({ place, sink, env: parse(text) });
  } finally {
    await sink.close();
  }
}

/** Enough visits for a test of seconds. */
const BUSY = [
  '--visits-per-day',
  '1000000',
  '--shape',
  'flat',
  '--timing',
  'compressed',
  '--for',
  '4s',
  '--graceful-stop',
  '4s',
];

describe.concurrent('the settings of the predecessor', () => {
  it('are all valid, and those that are retired are answered with what to use now', () =>
    withHousehold(async ({ place }) => {
      const { code, stdout, stderr } = await place.run(['settings', '--config', '.env', '--json']);
      expect(code).toBe(0);
      const { settings } = JSON.parse(stdout);
      for (const [name, text] of Object.entries(parse(ENV_TEXT))) {
        if (text === '' || name in RETIRED || OF_THE_SERVICE.includes(name)) continue;
        const shown = settings[name] ?? settings.MAX_VISITS_PER_DAY;
        expect(shown.origin, name).toMatch(/^\.env line \d+$/);
      }
      for (const [name, remedy] of Object.entries(RETIRED)) {
        expect(stderr).toMatch(
          new RegExp(`^warning: ${name} \\(\\.env line \\d+\\) no longer has an effect: .*${remedy}`, 'm'),
        );
      }
      for (const name of OF_THE_SERVICE) expect(stderr).not.toContain(name);
      expect(stdout + stderr).not.toContain('change-me-in-production');
    }));

  it('run live from the file as it is', () =>
    withHousehold(async ({ place, sink }) => {
      const { code, stdout, stderr } = await place.run(['run', '--config', '.env', '--json', ...BUSY]);
      expect(stderr).not.toMatch(STACK);
      expect(stderr).not.toContain('0123456789abcdef');
      expect(code).toBe(0);
      const { total } = jsonLines({ code, stdout, stderr });
      expect(total.visits.complete).toBeGreaterThan(0);
      expect(balanceOf(total)).toEqual(BALANCED);
      expect(sink.recorded().visits).toBeGreaterThanOrEqual(total.visits.complete);
    }));

  it('run live from the environment as it is', () =>
    withHousehold(async ({ place, env }) => {
      const { code, stdout, stderr } = await place.run(['run', '--json', ...BUSY], env);
      expect({ code, stack: STACK.test(stderr) }).toEqual({ code: 0, stack: false });
      expect(stderr).toMatch(
        /^warning: START_SIGNAL_FILE \(environment START_SIGNAL_FILE\) no longer has an effect/m,
      );
      expect(jsonLines({ code, stdout, stderr }).total.visits.complete).toBeGreaterThan(0);
    }));

  it.each(['the file', 'the environment'])('fill past days from %s, once', (source) =>
    withHousehold(async ({ place, sink, env }) => {
      const [args, own] = source === 'the file' ? [['--config', '.env'], {}] : [[], env];
      const backfill = ['backfill', '--json', ...args];
      const finished = await place.run([...backfill, '--record', 'hits.jsonl'], own);
      expect(finished.code).toBe(0);
      const { days, total } = jsonLines(finished);
      expect(days.map(({ visits }) => visits.complete)).toEqual([60, 60]);
      expect(total.hits.accepted).toBe(total.hits.planned);
      expect(total.seed).toBe('4711');
      expect(sink.recorded().visits).toBe(120);
      const hits = recordedHits(readFileSync(place.file('hits.jsonl'), 'utf8')).map(({ hit }) => hit);
      expect(hits.every((hit) => hit.get('url')?.startsWith('https://shop.example.com/'))).toBe(true);

      const again = await place.run(backfill, own);
      expect(again.code).toBe(2);
      expect(again.stderr).toContain('were already sent to site 1');
      expect(sink.recorded().visits).toBe(120);
    }),
  );

  it('bring their funnels along', () =>
    withHousehold(async ({ place }) => {
      const finished = await place.run(['backfill', '--config', '.env', '--dry-run', '--json']);
      const { total } = jsonLines(finished);
      expect(Object.keys(total.funnels).sort()).toEqual(['Buy a tent', 'Find a manual']);
      expect(total.kinds.order).toBeGreaterThan(10);
      expect(total.kinds.download).toBeGreaterThan(10);
      const exported = await place.run(['export-funnels', '--config', '.env']);
      const stepsOf = (text: string) =>
        JSON.parse(text).map(
          ({ name, enabled, steps }: { name: string; enabled: boolean; steps: unknown[] }) => ({
            name,
            enabled,
            steps: steps.length,
          }),
        );
      expect(stepsOf(exported.stdout)).toEqual(stepsOf(readFileSync(join(FIXTURES, 'funnels.json'), 'utf8')));
    }));
});
