import { afterEach, describe, expect, it } from 'vitest';
import { createReportingApi, type ReportingApi } from '../../src/matomo/reporting/reporting.ts';
import { parseSinkConfig } from '../../src/sink/config.ts';
import { createSink, type Sink } from '../../src/sink/sink.ts';
import { checkNamedIds } from '../../src/validate/named-ids.ts';
import type { TargetQuestions } from '../../src/validate/questions.ts';
import { checkPlugins, checkRawData } from '../../src/validate/recording.ts';
import { checkTarget } from '../../src/validate/target.ts';
import { type Overrides, trafficSettings, withFunnels } from '../plan/fixtures.ts';

const TOKENS = { super: 'a'.repeat(32), write: 'b'.repeat(32), view: 'c'.repeat(32), none: 'd'.repeat(32) };
const NOW_MS = Date.UTC(2026, 5, 10, 12);

const opened: { sink: Sink; api: ReportingApi }[] = [];
afterEach(async () => {
  for (const { sink, api } of opened.splice(0)) {
    await api.close();
    await sink.close();
  }
});

interface Server {
  readonly sink: Sink;
  ask(overrides?: Overrides, firstDay?: string): TargetQuestions;
}

async function serverWith(
  config: Record<string, unknown>,
  role: keyof typeof TOKENS = 'view',
): Promise<Server> {
  const { site = {}, ...server } = config;
  const sink = createSink({
    config: parseSinkConfig({
      sites: [{ id: 1, timezone: 'America/New_York', ...Object(site) }, { id: 2 }],
      tokens: (['super', 'write', 'view'] as const).map((name) => ({
        token: TOKENS[name],
        role: name,
        sites: name === 'super' ? [] : [1],
      })),
      ...server,
    }),
    now: () => NOW_MS,
  });
  const { url } = await sink.listen(0);
  const access = {
    url: `${url}/matomo.php`,
    token: TOKENS[role],
    connectTimeoutMs: 60_000,
    responseTimeoutMs: 60_000,
  };
  const api = createReportingApi(access);
  opened.push({ sink, api });
  return {
    sink,
    ask: (overrides = {}, firstDay = undefined) => ({
      probe: { ...access, siteId: 1 },
      api,
      traffic: trafficSettings({ siteId: 1, ...overrides }),
      pageUrls: () => [],
      pluginDimensions: [],
      nowMs: NOW_MS,
      firstDay,
      open: [],
      hasOwnFunnels: false,
      originOf: (setting) => `environment ${setting}`,
    }),
  };
}

/** A visit of one pageview, recorded at the time. */
function record({ sink }: Server, iso: string, id: string): void {
  const seconds = Date.parse(iso) / 1000;
  const visitor = id.padStart(16, '0');
  const body = `idsite=1&rec=1&_id=${visitor}&cid=${visitor}&url=https%3A%2F%2Fexample.test%2F&cdt=${seconds}&token_auth=${TOKENS.write}`;
  sink.handle({
    method: 'POST',
    url: '/matomo.php',
    contentType: 'application/x-www-form-urlencoded',
    userAgent: 'Mozilla/5.0 (X11; Linux x64; rv:130.0) Gecko/20100101 Firefox/130.0',
    language: 'en',
    address: '81.230.1.1',
    body,
  });
}

describe('recording', () => {
  it('is a warning where some requests fail, and an error where all do', async () => {
    const server = await serverWith({}, 'super');
    server.sink.faults.inject({ kind: 'status', status: 503, isProcessed: false }, 2);
    expect((await checkTarget(server.ask()))[0]).toMatchObject({
      code: 'tracking-unsteady',
      severity: 'warning',
      message: expect.stringMatching(/^2 of 5 requests failed, such as: \S+ responded with HTTP 503\.$/),
    });
    expect((await checkTarget(server.ask()))[0]).toMatchObject({ code: 'tracking', severity: 'ok' });
    server.sink.faults.inject({ kind: 'status', status: 503, isProcessed: false });
    expect(await checkTarget(server.ask())).toMatchObject([{ code: 'target-failing', severity: 'error' }]);
  });
});

describe('goals and dimensions that the settings name', () => {
  const site = {
    goals: [{ id: 1 }, { id: 2 }],
    customDimensions: [{ id: 1 }, { id: 2, active: false }, { id: 3, scope: 'action' }, { id: 4 }],
  };

  it('are not asked for where there are none', async () => {
    const { ask } = await serverWith({ site }, 'none');
    expect(
      await checkNamedIds(ask({ goalIds: [], customDimensions: [], runDimensionId: undefined })),
    ).toEqual([]);
  });

  it('are fine where the site has them', async () => {
    const { ask } = await serverWith({ site });
    const findings = await checkNamedIds(
      ask({ goalIds: [1, 2], customDimensions: [1, 3], runDimensionId: 4 }),
    );
    expect(findings.map(({ code, severity, message }) => [code, severity, message])).toEqual([
      ['site-goals', 'ok', 'The site has goal 1 and 2.'],
      ['site-dimensions', 'ok', 'The site has custom dimension 1 and 3 of CUSTOM_DIMENSIONS.'],
      ['site-dimensions', 'ok', 'The site has custom dimension 4 of RUN_DIMENSION_ID.'],
    ]);
  });

  it('are errors where it does not', async () => {
    const { ask } = await serverWith({ site });
    const findings = await checkNamedIds(
      ask({ goalIds: [1, 9], customDimensions: [1, 2, 3], runDimensionId: 5 }),
    );
    expect(findings).toMatchObject([
      {
        code: 'site-goals',
        severity: 'error',
        message:
          'GOAL_IDS names goal 9, which the site does not have: Matomo refuses such conversions. Its goals: 1 and 2.',
        origin: 'environment GOAL_IDS',
      },
      {
        code: 'site-dimensions',
        severity: 'error',
        message: expect.stringContaining('2, which is not active'),
      },
      {
        severity: 'error',
        message: expect.stringContaining('RUN_DIMENSION_ID names custom dimension 5, which the site'),
      },
    ]);
    const empty = await serverWith({ site: {} });
    expect(await checkNamedIds(empty.ask({ goalIds: [3] }))).toMatchObject([
      { message: expect.stringContaining('Its goals: none.') },
    ]);
  });

  it('of plugins must be there, active and of the same scope', async () => {
    const { ask } = await serverWith({ site });
    const given = ask({ goalIds: [], customDimensions: [], runDimensionId: undefined });
    const checked = (id: number, scope: 'visit' | 'action') =>
      checkNamedIds({ ...given, pluginDimensions: [{ id, scope, place: 'acme, dimensions.level' }] });
    expect(await checked(1, 'visit')).toMatchObject([
      { severity: 'ok', message: 'The site has custom dimension 1 of the plugins.' },
    ]);
    for (const [id, fault] of [
      [77, 'which the site does not have'],
      [2, 'which is not active'],
      [3, 'whose scope is action in Matomo, but visit here'],
    ] as const) {
      expect(await checked(id, 'visit')).toMatchObject([
        {
          severity: 'error',
          message: `Plugin acme, dimensions.level, fills custom dimension ${id}, ${fault}: Matomo ignores its values without an error.`,
          origin: 'environment PLUGINS',
        },
      ]);
    }
    expect(await checked(3, 'action')).toMatchObject([{ severity: 'ok' }]);
  });

  it('are unknown where the token may not see them', async () => {
    const { ask } = await serverWith({ site }, 'none');
    const findings = await checkNamedIds(ask({ goalIds: [1], customDimensions: [1] }));
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['site-goals', 'unknown'],
      ['site-dimensions', 'unknown'],
    ]);
  });
});

describe('plugins', () => {
  const summary = async (questions: TargetQuestions) =>
    (await checkPlugins(questions)).map(({ code, severity }) => [code, severity]);

  it('are named where they change what is recorded', async () => {
    const none = await serverWith({});
    expect(await summary(none.ask())).toEqual([['plugins', 'ok']]);
    const { ask } = await serverWith({
      plugins: ['QueuedTracking', 'TrackingSpamPrevention', 'BotTracker', 'Other'],
    });
    expect(await summary(ask())).toEqual([
      ['plugin-queued-tracking', 'ok'],
      ['plugin-tracking-spam-prevention', 'ok'],
      ['plugin-bot-tracker', 'warning'],
    ]);
  });

  it('that limit actions are a warning where a super user sees a limit that visits exceed', async () => {
    const limited = {
      plugins: ['TrackingSpamPrevention'],
      systemSettings: { TrackingSpamPrevention: { max_actions_allowed: 6 } },
    };
    const overrides = { pageviews: { min: 3, max: 6 }, ...withFunnels([]) };
    const own = await serverWith(limited, 'super');
    expect(await checkPlugins(own.ask(overrides))).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('at most 6 actions of a visit') },
    ]);
    expect(await checkPlugins(own.ask({ ...overrides, pageviews: { min: 1, max: 5 } }))).toMatchObject([
      { severity: 'ok', message: expect.stringContaining('It allows 6 actions in a visit.') },
    ]);
    const foreign = await serverWith(limited, 'view');
    expect(await checkPlugins(foreign.ask(overrides))).toMatchObject([
      { severity: 'ok', message: expect.stringContaining("Only a super user's token shows") },
    ]);
  });

  it('are unknown where the token may see nothing', async () => {
    const { ask } = await serverWith({}, 'none');
    expect(await summary(ask())).toEqual([['plugins', 'unknown']]);
  });
});

describe('raw data', () => {
  const days = [
    '2026-03-01',
    '2026-04-01',
    '2026-05-28',
    '2026-05-29',
    '2026-05-30',
    '2026-06-01',
    '2026-06-02',
  ];
  const filled = async (config: Record<string, unknown>) => {
    const server = await serverWith(config);
    for (const [i, day] of days.entries()) record(server, `${day}T15:00:00Z`, String(i + 1));
    return server;
  };

  it('is asked for where a backfill is planned', async () => {
    const { ask } = await serverWith({});
    expect(await checkRawData(ask())).toEqual([]);
    expect(await checkRawData(ask({}, '2026-05-01'))).toMatchObject([
      { code: 'raw-data', severity: 'ok', message: expect.stringContaining('no raw data yet') },
    ]);
  });

  it('that goes back as far as the backfill is fine', async () => {
    const { ask } = await filled({});
    expect(await checkRawData(ask({}, '2026-03-01'))).toMatchObject([
      { severity: 'ok', message: 'Raw data goes back to 2026-03-01, as far as the backfill.' },
    ]);
  });

  it('of which nothing shows that it was deleted is no reason to worry', async () => {
    const { ask } = await filled({});
    expect(await checkRawData(ask({}, '2026-02-01'))).toMatchObject([
      {
        severity: 'ok',
        message: expect.stringContaining('no report shows that Matomo has deleted older data'),
      },
    ]);
  });

  it('that reports outlive is a warning', async () => {
    const { ask } = await filled({ rawDataDays: 11 });
    expect(await checkRawData(ask({}, '2026-05-01'))).toMatchObject([
      {
        code: 'raw-data',
        severity: 'warning',
        message:
          'The reports show 1 visit on 2026-05-28, but there is no raw data from before 2026-05-30: Matomo deletes old raw data, and will delete visits of 2026-05-01 too.',
      },
    ]);
  });

  it('is unknown where the token may not look', async () => {
    const { ask } = await serverWith({}, 'none');
    expect(await checkRawData(ask({}, '2026-05-01'))).toMatchObject([
      { code: 'raw-data', severity: 'unknown' },
    ]);
  });
});
