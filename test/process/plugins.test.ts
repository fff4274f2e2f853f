import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/report/summary.ts';
import { parseSinkConfig } from '../../src/sink/config.ts';
import { jsonLines, openTarget, SUPER_TOKEN, type Target, Workplace } from './binary.ts';
import { serve } from './service/served.ts';

const SITES = parseSinkConfig({
  sites: [1, 2, 3, 4, 5, 6].map((id) => ({ id })),
  tokens: [{ token: SUPER_TOKEN, role: 'super' }],
});

let target: Target;
const place = new Workplace();
beforeAll(async () => {
  target = await openTarget(SITES);
  place.write('token.txt', SUPER_TOKEN);
});
afterAll(async () => {
  await target.close();
  place.remove();
});

const behaviour = (body: string, share: number | string = 0.2) =>
  `export default { name: 'acme', apiVersion: 1, setup: () => ({ behaviours: { odd: { share: ${share}, longestMs: 0, visit(context) { ${body} } } } }) };`;
const PAGE = `return [{ type: 'pageview', url: '/acme', title: 'Acme' }];`;

let bad = 0;
const days = (site: number, visits: number) =>
  `backfill --url ${target.url} --token-file token.txt --site-id ${site} --from 2026-03-01 --to 2026-03-02 --visits-per-day ${visits} --yes --json`.split(
    ' ',
  );
const recorded = (site: number) =>
  Object.values(target.sink.recorded().sites[site]?.days ?? {}).reduce((sum, { visits }) => sum + visits, 0);

const visitsOfPlugin = ({ behaviours = {} }: Pick<Summary, 'behaviours'>) =>
  behaviours['acme/odd']?.planned ?? 0;

describe('a hook that does not return', () => {
  it('ends a backfill with exit code 2 and its place', async () => {
    place.write('loop.mjs', behaviour('for (;;);'));
    const { code, stderr } = await place.run([...days(1, 50), '--plugin', './loop.mjs']);
    expect(stderr).toMatch(
      /error: Plugin acme, behaviour "odd", visit \d+ of 2026-03-01: did not return within 1 s\./,
    );
    expect(code).toBe(2);
  });

  it('ends a live run in the middle, and all that was accepted before is told and recorded', async () => {
    place.write('late.mjs', behaviour(`if (context.random.chance(0.05)) for (;;); ${PAGE}`, 1));
    const args = `run --url ${target.url} --site-id 2 --rate 20/s --for 40s --no-verify --plugin ./late.mjs --json`;
    const live = args.split(' ').filter((word) => word !== '--no-verify');
    const finished = await place.run([...live, '--token-file', 'token.txt']);
    expect(finished.stderr).toMatch(/behaviour "odd", visit \d+ of [\d-]+: did not return within 1 s\./);
    expect(finished.code).toBe(2);
    const { total } = jsonLines(finished);
    const { planned, accepted, rejected, failed, unknown, skipped } = total.hits;
    expect(planned).toBe(accepted + rejected + failed + unknown + skipped);
    expect(recorded(2)).toBe(accepted);
  });
});

// Not in the process of the tests: where the call came through, nothing after it would run.
describe('a plugin that ends the process is refused: the command would end as if all were done', () => {
  const plugin = (setup: string) => `export default { name: 'acme', apiVersion: 1, setup: ${setup} };`;

  it.each([
    [
      'in a hook, though it catches the error',
      behaviour(`try { process.exit(0); } catch {} ${PAGE}`, 1),
      /visit \d+ of 2026-03-01: called process\.exit, which does not work in a hook\./,
    ],
    [
      'in setup',
      plugin('() => process.exit(0)'),
      /Plugin acme: setup threw an error: process\.exit does not work here\./,
    ],
    [
      'when it is loaded',
      `process.exit(0);\n${plugin('() => ({})')}`,
      /cannot be loaded from \S+exits\.mjs: process\.exit does not work here\./,
    ],
  ])('%s', async (_, text, message) => {
    place.write('exits.mjs', text);
    const { code, stderr } = await place.run([...days(1, 50), '--dry-run', '--plugin', './exits.mjs']);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('a hook that takes long', () => {
  it('is named once, with its time, whatever the number of processes', async () => {
    place.write(
      'slow.mjs',
      behaviour(
        `let sum = 0; for (let i = 0; i < 1e6; i++) sum += Math.sin(i); return [{ type: 'pageview', url: '/acme', title: 'Acme ' + sum }];`,
        1,
      ),
    );
    const { code, stderr } = await place.run([...days(3, 500), '--plugin', './slow.mjs', '--shards', '2']);
    expect(code, stderr).toBe(0);
    const told = stderr.match(/Plugin acme, behaviour "odd" takes [\d.]+ ms a call, \d+ % of the time/g);
    expect(told, stderr).toHaveLength(1);
  });
});

describe('the processes of a run', () => {
  it('plan the same visits as one does', async () => {
    place.write('shards.mjs', behaviour(PAGE));
    const one = jsonLines(
      await place.run([...days(5, 300), '--plugin', './shards.mjs', '--dry-run', '--shards', '1']),
    );
    const two = jsonLines(await place.run([...days(5, 300), '--plugin', './shards.mjs', '--shards', '2']));
    expect(two.total.digest).toBe(one.total.digest);
    expect(recorded(5)).toBe(600);
    const planned = visitsOfPlugin(one.total);
    expect(planned).toBeGreaterThan(80);
    const sent = { planned, complete: planned, partial: 0, failed: 0, skipped: 0 };
    expect(two.total.behaviours).toEqual({ 'acme/odd': sent });
    const ofDays = [...one.days, ...two.days].map(visitsOfPlugin);
    expect(ofDays.reduce((sum, count) => sum + count, 0)).toBe(2 * planned);
  });
});

describe('--resume', () => {
  it('refuses another version of a plugin', async () => {
    place.write('other.mjs', behaviour(PAGE));
    const running = place.start([
      ...days(4, 200),
      '--rps',
      '5',
      '--batch-size',
      '20',
      '--plugin',
      './other.mjs',
    ]);
    await running.until(() => recorded(4) >= 20);
    running.child.kill('SIGINT');
    await running.finished;
    place.write('other.mjs', behaviour(`${PAGE} /* another */`));
    const { code, stderr } = await place.run([...days(4, 200), '--resume', '--plugin', './other.mjs']);
    expect(code).toBe(2);
    expect(stderr).toContain('plugin acme');
    place.write('other.mjs', behaviour(PAGE));
    const dryRun = await place.run([...days(4, 200), '--dry-run', '--plugin', './other.mjs']);
    expect(dryRun.code, dryRun.stderr).toBe(0);
    const planned = jsonLines(dryRun);
    const resumed = await place.run([
      ...days(4, 200),
      '--batch-size',
      '20',
      '--resume',
      '--plugin',
      './other.mjs',
    ]);
    expect(resumed.code, resumed.stderr).toBe(0);
    const finished = jsonLines(resumed);
    const visits = visitsOfPlugin(planned.total);
    expect(visits).toBeGreaterThan(40);
    expect(finished.total.behaviours).toEqual({
      'acme/odd': { planned: visits, complete: visits, partial: 0, failed: 0, skipped: 0 },
    });
  });
});

describe('reporters', () => {
  it('are told of days and the end; those that fail are warnings, and the run goes on', async () => {
    place.write(
      'told.mjs',
      `import { appendFileSync } from 'node:fs';
export default { name: 'told', apiVersion: 1, setup: () => ({ reporters: {
  good: {
    async day({ date, visits }) { appendFileSync('told.txt', date + ' ' + visits.complete + '\\n'); },
    async summary({ exitCode, total, points }) {
      const sum = (of) => points.reduce((so, point) => so + of(point), 0);
      const ofPoints = [sum(({ outcomes }) => outcomes.accepted), sum(({ visits }) => visits), points[0].target];
      appendFileSync('told.txt', [exitCode, total.hits.accepted, ...ofPoints].join(' ') + '\\n');
    },
  },
  throwing: { day() { throw new Error('out of order'); } },
  rejecting: { async summary() { throw new Error('no such chat'); } },
  looping: { summary() { for (;;); } },
  careless: { day() { Promise.reject(new Error('nobody waits')); } },
} }) };`,
    );
    const finished = await place.run([...days(6, 60), '--plugin', './told.mjs', '--shards', '1']);
    const { code, stderr } = finished;
    expect(code, stderr).toBe(0);
    const { accepted } = jsonLines(finished).total.hits;
    expect(place.read('told.txt').trimEnd().split('\n')).toEqual([
      '2026-03-01 60',
      '2026-03-02 60',
      `0 ${accepted} ${accepted} 120 default`,
    ]);
    const warnings = stderr.split('\n').filter((line) => line.startsWith('warning: Reporter'));
    expect(warnings.toSorted()).toEqual([
      ...[1, 2].map(
        () =>
          'warning: Reporter told/good, told/throwing, told/rejecting, told/looping, told/careless left a promise or a callback behind that failed: nobody waits',
      ),
      'warning: Reporter told/looping failed: it did not return at once',
      'warning: Reporter told/rejecting failed: no such chat',
      'warning: Reporter told/throwing failed: out of order',
      'warning: Reporter told/throwing failed: out of order',
    ]);
  });
});

describe('plugin check', () => {
  const small = ['--visits-per-day', '300', '--timezone', 'UTC'];

  it('plans visits of a new plugin twice, and shows their share and the time of the hook', async () => {
    await place.run(['plugin', 'new', 'fresh']);
    const { code, stdout, stderr } = await place.run(['plugin', 'check', './fresh.mjs', ...small]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^fresh 1\.0\.0 {2}\.\/fresh\.mjs\n/);
    expect(stdout).toMatch(
      /^300 visits of [\d-]+ were planned with it\.\n {2}fresh\/rating: \d+ visits, [\d.]+ %$/m,
    );
    expect(stdout).toMatch(/^200 of them planned again, in another order and process, are the same\.$/m);
    expect(stdout).toMatch(
      /^600 visits of the six days after it, up to 100 a day, were planned as well\.\n {2}fresh\/rating: \d+ visits, [\d.]+ %$/m,
    );
    expect(stdout).toMatch(
      /^ {2}behaviours rating: \d+ calls of [\d.]+ µs, [\d.]+ % of the time of planning$/m,
    );
    const json = (await place.run(['plugin', 'check', './fresh.mjs', '--json', ...small])).stdout;
    const [plugin, check] = json
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(plugin).toMatchObject({ schema: 1, type: 'plugin', name: 'fresh' });
    expect(check).toMatchObject({
      type: 'plugin-check',
      plannedTwice: 200,
      visits: { planned: 300, byBehaviour: { 'fresh/rating': expect.any(Number) }, byDimension: {} },
      hooks: [{ plugin: 'fresh', kind: 'behaviours', name: 'rating', calls: expect.any(Number) }],
    });
  });

  it('says of a funnel step that is never called that a funnel must have it', async () => {
    place.write(
      'step.mjs',
      `export default { name: 'acme', apiVersion: 1, setup: () => ({ steps: { chat: { longestMs: 0, write: () => [{ type: 'ping', afterSeconds: 5 }] } } }) };`,
    );
    const check = ['plugin', 'check', './step.mjs', ...small];
    const { code, stdout } = await place.run(check);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '  steps chat: never called. No funnel has a step with type: acme/chat; name a file that has one with --funnel-config-path\n',
    );
    const step = {
      type: 'pageview',
      url: 'https://example.com/',
      delay_seconds_min: 3,
      delay_seconds_max: 9,
    };
    const steps = [step, { type: 'acme/chat' }];
    place.write('chat.json', JSON.stringify([{ name: 'Chat', probability: 0.5, steps }]));
    const wrong = await place.run([...check, '--funnel-config-path', 'chat.json']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(
      /step 1, afterSeconds must be left out, because the delay of the funnel step before goes before it, but is 5\.\n {2}hint: Set delay_seconds_min and/,
    );
    const typed = [step, { type: 'acme/chat', topic: 1 }];
    place.write('chat.json', JSON.stringify([{ name: 'Chat', probability: 0.5, steps: typed }]));
    const unknown = await place.run([...check, '--funnel-config-path', 'chat.json']);
    expect(unknown.stderr).toMatch(/^error: chat\.json: funnel "Chat", step 2: /);
  });

  it('finds a hook that throws on another weekday', async () => {
    // Two days ahead: the test may begin just before midnight.
    const weekday = (new Date().getUTCDay() + 2) % 7;
    const wrong = `if (context.weekday === ${weekday}) throw new Error('no such day'); ${PAGE}`;
    place.write('weekday.mjs', behaviour(wrong, 1));
    const { code, stderr } = await place.run(['plugin', 'check', './weekday.mjs', ...small]);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(
      /^error: Plugin acme, behaviour "odd", visit 0 of [\d-]+: threw an error: no such day/,
    );
  });

  it.each([
    ['throws', `throw new Error('out of order');`, /threw an error: out of order \(\S+bad0\.mjs:1\)\n$/m],
    ['never returns', 'for (;;);', /did not return within 1 s\.$/m],
    [
      'changes what it is handed',
      'context.visitor.language = 1;',
      /threw an error: Cannot assign to read only property 'language'/,
    ],
    [
      'returns a promise',
      'return Promise.resolve([]);',
      /must return its value at once, but returned a promise\.$/m,
    ],
    ['asks the clock', 'return [Date.now()];', /called Date\.now, which does not work in a hook\.$/m],
    ['breaks a rule', 'return [];', /the result must be a list of 1 to 500 steps, but is \[\]\.$/m],
  ])('ends with exit code 2 and the place of a hook that %s', async (_what, body, message) => {
    const name = place.write(`bad${bad++}.mjs`, behaviour(body, 1)).split('/').at(-1);
    const { code, stderr } = await place.run(['plugin', 'check', `./${name}`, ...small]);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/^error: Plugin acme, behaviour "odd", visit 0 of [\d-]+: /);
    expect(stderr).toMatch(message);
  });
});

describe('validate', () => {
  it('finds a hook that remembers what was before', async () => {
    place.write('count.mjs', `let n = 0;\n${behaviour(PAGE.replace('/acme', "/acme/' + n++ + '"), 0.5)}`);
    const { code, stdout } = await place.run(['validate', '--skip-connection', '--plugin', './count.mjs']);
    expect(stdout).toContain('Behaviour acme/odd gives another visit');
    expect(code).toBe(2);
  });
});

describe('a preview of the service', () => {
  it('has the plugin as its files are now', async () => {
    const files = ['preview.mjs', 'preview-page.mjs'] as const;
    const [entry, imported] = files;
    place.write(imported, `export const share = 0.5;`);
    place.write(entry, `import { share } from './${imported}';\n${behaviour(PAGE, '() => share')}`);
    const service = await serve(place, { PLUGINS: place.file(entry) });
    const shareOf = async () => {
      const settings = { visitsPerDay: 1000 };
      const { json } = await service.ask('/api/v2/previews', { body: { date: '2026-03-03', settings } });
      return json;
    };
    const before = await shareOf();
    place.write(imported, `export const share = 1;`);
    const after = await shareOf();
    service.running.child.kill('SIGINT');
    await service.running.finished;
    expect(before).not.toMatchObject({ behaviours: { 'acme/odd': 1000 } });
    expect(before).toMatchObject({ visits: 1000, behaviours: { 'acme/odd': expect.any(Number) } });
    expect(after).toMatchObject({ visits: 1000, behaviours: { 'acme/odd': 1000 } });
  });
});
