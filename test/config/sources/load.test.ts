import { describe, expect, it } from 'vitest';
import { frozenSettings } from '../../../src/config/sources/frozen-settings.ts';
import { type LoadRequest, loadSettings } from '../../../src/config/sources/load.ts';
import { type Problem, SettingsError } from '../../../src/errors.ts';
import { createFakeHost, type FakeHostOptions, packageFiles } from '../../doubles/fake-host.ts';

const NOW_MS = Date.parse('2024-05-20T12:00:00Z');
const TOKEN = '0123456789abcdef0123456789abcdef';

interface Given extends FakeHostOptions, Omit<Partial<LoadRequest>, 'host'> {}

function load({
  command = 'run',
  sink = false,
  flags,
  presets,
  configPath,
  hasEndTime,
  isDetached,
  ...host
}: Given) {
  const files = { ...packageFiles(), ...host.files };
  const env = { MATOMO_URL: 'https://m.example/', ...host.env };
  return loadSettings({
    host: createFakeHost({ ...host, files, env }),
    command,
    sink,
    flags,
    presets,
    configPath,
    hasEndTime,
    isDetached,
    nowMs: NOW_MS,
  });
}

function problemsOf(given: Given): readonly Problem[] {
  try {
    load(given);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

function messagesOf(given: Given): string[] {
  return problemsOf(given).map((problem) => `${problem.message} ${problem.hint ?? ''}`);
}

const warningCodes = (given: Given) => load(given).warnings.map(({ code }) => code);

describe('settings that the service has frozen for a run', () => {
  it('have the origins that they had, and not a line of a file that nobody has seen', () => {
    const settings = 'CONCURRENCY=60\nTARGET_VISITS_PER_DAY=7\n';
    const text = frozenSettings('run 3', settings, {
      CONCURRENCY: 'preset heavy',
      PAGEVIEWS_MIN: 'default',
    });
    const { origins } = load({ configPath: 'settings.env', files: { '/work/settings.env': text } });
    expect(origins.get('concurrency')).toBe('preset heavy');
    expect(origins.get('visitsPerDay')).toBe('settings.env line 4');
    const own = text.replace('run 3: the settings in force', 'my settings');
    const others = load({ configPath: 'settings.env', files: { '/work/settings.env': own } });
    expect(others.origins.get('concurrency')).toBe('settings.env line 3');
  });
});

it('does not miss the address that an unread file would have set', () => {
  const given = { configPath: 'nope.env', env: { MATOMO_URL: '', CONCURRENCY: '0' } };
  expect(problemsOf(given).map(({ code }) => code)).toEqual(['unreadable-file', 'invalid-value']);
});

describe('remedies', () => {
  const hintsOf = (given: Parameters<typeof problemsOf>[0]) => problemsOf(given).map(({ hint }) => hint);

  it('tell a percentage as the share that it is', () => {
    expect(hintsOf({ env: { BOUNCE_PROBABILITY: '30' } })).toEqual(['It is a share: 30 % is 0.3.']);
    expect(hintsOf({ env: { CART_ABANDONMENT: '67%' } })).toEqual(['It is a share: 67 % is 0.67.']);
    expect(hintsOf({ env: { ECOMMERCE_TAX_RATE: '-1' } })).toEqual([undefined]);
    expect(hintsOf({ env: { CONCURRENCY: '900' } })).toEqual([undefined]);
  });

  it('tell what only the environment can set', () => {
    const files = { '/work/a.env': 'LEDGER_URL=postgres://db/x\nLEDGER_TIMEOUT=9\n' };
    expect(hintsOf({ configPath: 'a.env', files })).toEqual([
      'It is read from the environment alone: export LEDGER_URL, or use --ledger.',
      'It is read from the environment alone: export LEDGER_TIMEOUT.',
    ]);
  });
});

describe('precedence', () => {
  const files = { '/work/shop.yaml': 'volume:\n  concurrency: 60\n  visitsPerDay: 6\n' };

  it('rises from defaults over presets, file and environment to flags', () => {
    const env = { TARGET_VISITS_PER_DAY: '7' };
    const given = { presets: ['light'], configPath: 'shop.yaml', files, env, flags: { siteId: '3' } };
    const { settings, origins } = load(given);
    expect(settings).toMatchObject({
      pageviewsMax: 4,
      concurrency: 60,
      visitsPerDay: 7,
      siteId: 3,
      stallTimeoutSeconds: 120,
    });
    expect(
      ['stallTimeoutSeconds', 'pageviewsMax', 'concurrency', 'visitsPerDay', 'siteId'].map((key) =>
        new Map<string, string>(origins).get(key),
      ),
    ).toEqual([
      'default',
      'preset light',
      'shop.yaml line 2',
      'environment TARGET_VISITS_PER_DAY',
      '--site-id',
    ]);
  });

  it('lets a later preset go before an earlier one', () => {
    expect(load({ presets: ['heavy', 'light'] }).settings.visitsPerDay).toBe(1000);
    expect(load({ presets: ['light', 'heavy'] }).settings.visitsPerDay).toBe(50_000);
  });

  it('takes empty text in the environment and in .env files for not set', () => {
    const given = {
      files: { '/work/a.env': 'CONCURRENCY=\n' },
      configPath: 'a.env',
      env: { PAGEVIEWS_MIN: '' },
    };
    expect(load(given).settings).toMatchObject({ concurrency: 50, pageviewsMin: 3 });
  });

  it('judges only the value that wins', () => {
    expect(load({ env: { CONCURRENCY: 'many' }, flags: { concurrency: '5' } }).settings.concurrency).toBe(5);
  });
});

describe('problems', () => {
  it('are all told at once, each with name, value, origin and what is allowed', () => {
    const messages = messagesOf({
      env: { CONCURRENCY: '900', MATOMO_URL: 'ftp://x' },
      flags: { siteId: 'abc' },
      files: { '/work/a.env': '\nPAGEVIEWS_MIN=0\n' },
      configPath: 'a.env',
    });
    expect(messages).toHaveLength(4);
    const text = messages.join('\n');
    expect(text).toContain(
      'CONCURRENCY must be a whole number from 1 to 500, but is "900" (environment CONCURRENCY).',
    );
    expect(text).toContain('MATOMO_SITE_ID must be a whole number of at least 1, but is "abc" (--site-id).');
    expect(text).toContain('PAGEVIEWS_MIN must be a whole number from 1 to 100, but is "0" (a.env line 2).');
    expect(text).toMatch(
      /MATOMO_URL must be .*"ftp:\/\/x" \(environment MATOMO_URL\): it must begin with http/,
    );
  });

  it('offer the embedded endpoint where the URL is missing', () => {
    const [problem] = problemsOf({ env: { MATOMO_URL: undefined } });
    expect(problem).toMatchObject({ code: 'missing-url', hint: expect.stringContaining('--sink') });
    expect(problemsOf({ env: { MATOMO_URL: undefined }, sink: true })).toEqual([]);
  });

  it('never show a secret', () => {
    const env = {
      MATOMO_TOKEN_AUTH: `${TOKEN} ${TOKEN}`,
      MATOMO_URL: `https://me:${TOKEN}@x.example/?token_auth=${TOKEN}`,
    };
    const messages = messagesOf({ env });
    expect(messages).toHaveLength(2);
    expect(messages.join()).not.toContain(TOKEN);
  });

  it('never show a secret of a file that cannot be parsed', () => {
    const files = {
      '/work/a.yaml': `matomo:\n  tokenAuth: "${TOKEN}\n`,
      '/work/b.env': `MATOMO_TOKEN_AUHT=${TOKEN}\n${TOKEN}\n`,
    };
    for (const configPath of ['a.yaml', 'b.env']) {
      const messages = messagesOf({ files, configPath });
      expect(messages.length).toBeGreaterThan(0);
      expect(messages.join()).not.toContain(TOKEN);
    }
  });

  it('name the closest setting for an unknown key of a file', () => {
    const files = { '/work/a.env': 'PAGEVIEW_MIN=1\n', '/work/a.yaml': 'volume:\n  concurency: 1\n' };
    expect(messagesOf({ files, configPath: 'a.env' })[0]).toMatch(
      /PAGEVIEW_MIN \(a.env line 1\).* PAGEVIEWS_MIN/,
    );
    expect(messagesOf({ files, configPath: 'a.yaml' })[0]).toMatch(
      /volume.concurency \(a.yaml line 2\).* volume.concurrency/,
    );
  });

  it('include a config file that is not there', () => {
    expect(messagesOf({ configPath: 'gone.env' })[0]).toContain('gone.env does not exist');
  });

  it('include an unknown preset, along with the others', () => {
    const messages = messagesOf({ presets: ['meduim'], env: { CONCURRENCY: '0' } });
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatch(/extreme, heavy, light, medium.*Did you mean medium/);
  });

  it('include a preset that sets where the traffic goes', () => {
    const files = {
      '/home/user/.config/trafficinator/presets/mine.env': `MATOMO_SITE_ID=3\nMATOMO_TOKEN_AUTH=${TOKEN}\n`,
    };
    const problems = problemsOf({ presets: ['mine'], files });
    expect(problems.map(({ subject }) => subject)).toEqual(['MATOMO_SITE_ID', 'MATOMO_TOKEN_AUTH']);
  });

  it('of one setting do not hide those between others', () => {
    const codes = problemsOf({ env: { CONCURRENCY: 'x', PAGEVIEWS_MIN: '9' } }).map(({ code }) => code);
    expect(codes).toEqual(['invalid-value', 'min-above-max']);
  });
});

describe('older names', () => {
  it('set the daily cap under its older name', () => {
    expect(load({ env: { MAX_TOTAL_VISITS: '500' } }).settings.dailyCap).toBe(500);
  });

  it('are refused where both names stand together and differ', () => {
    expect(problemsOf({ env: { MAX_TOTAL_VISITS: '5', MAX_VISITS_PER_DAY: '6' } })[0]?.code).toBe(
      'conflicting-names',
    );
    expect(load({ env: { MAX_TOTAL_VISITS: '6.0', MAX_VISITS_PER_DAY: '6' } }).settings.dailyCap).toBe(6);
  });

  it('give way to a higher source under either name', () => {
    expect(load({ presets: ['light'], env: { MAX_TOTAL_VISITS: '5' } }).settings.dailyCap).toBe(5);
  });

  it.each(['BACKFILL_ENABLED', 'BACKFILL_RUN_ONCE', 'START_CHECK_INTERVAL', 'START_SIGNAL_FILE'])(
    'of %s are answered with one line',
    (name) => {
      const { warnings } = load({ env: { [name]: 'true' }, hasEndTime: true });
      expect(warnings.filter(({ subject }) => subject === name)).toMatchObject([
        { message: expect.stringContaining('trafficinator') },
      ]);
    },
  );

  it.each([
    'AUTO_START',
    'CONFIG_DB_PATH',
    'CONTROL_UI_ALLOWED_HOSTS',
    'CONTROL_UI_API_KEY',
    'CONTROL_UI_API_KEY_FILE',
    'CONTROL_UI_PORT',
    'CONTROL_UI_READ_KEY',
    'CONTROL_UI_READ_KEY_FILE',
    'CORS_ORIGINS',
  ])('of %s, which only the service needs, are let pass without a word', (name) => {
    const files = { '/work/.env': `${name}=secret value\n` };
    const { warnings } = load({ env: { [name]: 'x' }, files, configPath: '.env', hasEndTime: true });
    expect(warnings.filter(({ subject }) => subject === name)).toEqual([]);
  });

  it('of log levels are read as the new ones', () => {
    expect(load({ env: { LOG_LEVEL: 'WARNING' } }).settings.logLevel).toBe('warning');
    expect(load({ env: { LOG_LEVEL: 'warn' } }).settings.logLevel).toBe('warning');
    expect(load({ env: { LOG_LEVEL: 'CRITICAL' } }).settings.logLevel).toBe('error');
  });
});

describe('unknown environment variables', () => {
  it('are ignored', () => {
    expect(warningCodes({ env: { PATH: '/bin', SEEDS: '1', CONCURRENCY_LIMIT_OF_MAKE: '1' } })).not.toContain(
      'unknown-setting',
    );
  });

  it('are told when they look like a slip', () => {
    const { warnings } = load({ env: { TARGET_VISIT_PER_DAY: '7' } });
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'unknown-setting', hint: 'Did you mean TARGET_VISITS_PER_DAY?' }),
    );
  });
});

describe('the token', () => {
  const files = { '/work/token': `${TOKEN}\n`, '/work/empty': '\n' };

  it('is read from its file and trimmed', () => {
    const { settings, origins } = load({ files, flags: { tokenAuthFile: 'token' } });
    expect(settings.tokenAuth).toBe(TOKEN);
    expect(origins.get('tokenAuth')).toContain('--token-file');
  });

  it('comes from the higher source', () => {
    const env = { MATOMO_TOKEN_AUTH: 'other' };
    expect(load({ files, env, flags: { tokenAuthFile: 'token' } }).settings.tokenAuth).toBe(TOKEN);
    const lower = { '/work/a.env': 'MATOMO_TOKEN_AUTH_FILE=gone\n' };
    expect(load({ files: lower, configPath: 'a.env', env }).settings.tokenAuth).toBe('other');
  });

  it('is refused when given twice in one place', () => {
    expect(
      problemsOf({ files, env: { MATOMO_TOKEN_AUTH: 'x', MATOMO_TOKEN_AUTH_FILE: 'token' } })[0]?.code,
    ).toBe('two-tokens');
  });

  it.each(['gone', 'empty'])('is refused when its file is %s', (name) => {
    expect(problemsOf({ files, flags: { tokenAuthFile: name } })).toHaveLength(1);
  });
});

describe('a value is what its source says', () => {
  const seedIn = (configPath: string, text: string) =>
    load({ files: { [`/work/${configPath}`]: text }, configPath }).settings.seed;

  it.each([
    ['SEED="build#41"', 'build#41'],
    ['SEED=build # 41', 'build'],
    ['SEED="two\nlines # and a hash"', 'two\nlines # and a hash'],
    ["SEED=it's", "it's"],
    ['SEED=0012', '0012'],
  ])('in .env: %j', (text, seed) => {
    expect(seedIn('a.env', text)).toBe(seed);
  });

  it.each([
    ['5e12345', '5e12345'],
    ['12345678901234567890', '12345678901234567890'],
    ['0012', '0012'],
    ['0x1F', '0x1F'],
    ['1.50', '1.50'],
    ['41', '41'],
    ['"0012"', '0012'],
    ['&a 0012', '0012'],
  ])('in YAML: %s', (written, seed) => {
    expect(seedIn('a.yaml', `volume:\n  seed: ${written}\n`)).toBe(seed);
    expect(seedIn('a.yaml', `x-seed: &s ${written.replace('&a ', '')}\nvolume:\n  seed: *s\n`)).toBe(seed);
  });

  it('and numbers are still numbers', () => {
    const text =
      'volume: { visitsPerDay: 1e3 }\nmatomo: { siteId: 0x1F }\nvisits: { bounceProbability: 0.50 }\n';
    const { settings } = load({ files: { '/work/a.yaml': text }, configPath: 'a.yaml' });
    expect(settings).toMatchObject({ visitsPerDay: 1000, siteId: 31, bounceProbability: 0.5 });
  });

  it.each(['visitsPerDay: 5e12345', 'visitsPerDay: 12345678901234567890'])(
    'or it is an error: %s',
    (line) => {
      const files = { '/work/a.yaml': `volume:\n  ${line}\n` };
      expect(messagesOf({ files, configPath: 'a.yaml' })).toEqual([
        expect.stringMatching(/^TARGET_VISITS_PER_DAY must be a whole number .* \(a\.yaml line 2\)/),
      ]);
    },
  );

  it('or it is an error that names line and remedy: a # that dotenv would cut at', () => {
    const files = { '/work/a.env': 'TIMEZONE=UTC\nSEED=build#41\n' };
    expect(messagesOf({ files, configPath: 'a.env' })).toEqual([
      expect.stringMatching(
        /^a\.env line 2: SEED has a # in a value without quotes, .* put the value in quotes/,
      ),
    ]);
  });

  it('or it is an error: one line says this and another that', () => {
    const text =
      'SEED=a\nMATOMO_TOKEN_AUTH=first\nSEED=b\nMATOMO_TOKEN_AUTH=second\nTIMEZONE=UTC\nTIMEZONE=UTC\n';
    const messages = messagesOf({ files: { '/work/a.env': text }, configPath: 'a.env' });
    expect(messages).toEqual([
      'SEED must be set once, but is "a" (a.env line 1) and "b" (a.env line 3). Keep one of the two lines.',
      'MATOMO_TOKEN_AUTH must be set once, but is *** (a.env line 2) and *** (a.env line 4). Keep one of the two lines.',
    ]);
  });

  it('or it is an error: bytes that the runtime has replaced', () => {
    expect(problemsOf({ env: { SEED: 'caf\uFFFD' }, flags: { timezone: '\uFFFD' } })).toMatchObject([
      { code: 'not-utf8', subject: 'SEED', origin: 'environment SEED' },
      { code: 'not-utf8', subject: 'TIMEZONE', origin: '--timezone' },
      { code: 'invalid-value' },
    ]);
  });
});

describe('rules between settings', () => {
  it.each([
    ['PAUSE_BETWEEN_PVS', '3', '1'],
    ['PAGEVIEWS', '5', '2'],
    ['VISIT_DURATION', '9', '3'],
    ['ECOMMERCE_ORDER_VALUE', '50', '20'],
    ['ECOMMERCE_ITEMS', '4', '3'],
  ])('%s_MIN is not above its _MAX', (name, min, max) => {
    const env = { [`${name}_MIN`]: min, [`${name}_MAX`]: max };
    expect(problemsOf({ env })).toMatchObject([{ code: 'min-above-max', subject: `${name}_MIN` }]);
    expect(problemsOf({ env: { [`${name}_MIN`]: max, [`${name}_MAX`]: max } })).toEqual([]);
  });

  it('names the default that a value collides with', () => {
    expect(messagesOf({ env: { PAGEVIEWS_MIN: '8' } })[0]).toContain('PAGEVIEWS_MAX is 6 (default)');
  });

  it('leaves rules of live traffic out of a backfill', () => {
    const env = { PAUSE_BETWEEN_PVS_MIN: '3', PAUSE_BETWEEN_PVS_MAX: '1' };
    expect(problemsOf({ env, command: 'backfill', flags: { backfillDaysBack: '3' } })).toEqual([]);
  });

  it('leaves the window of a backfill out of live traffic', () => {
    expect(problemsOf({ env: { BACKFILL_START_DATE: '2030-01-01' } })).toEqual([]);
  });

  it('keeps the total of a backfill at or above a day', () => {
    const of = (env: Record<string, string>) =>
      problemsOf({ command: 'backfill', env: { BACKFILL_DAYS_BACK: '3', ...env } }).map(({ code }) => code);
    expect(of({ BACKFILL_MAX_VISITS_TOTAL: '1999' })).toEqual(['total-below-day']);
    expect(of({ BACKFILL_MAX_VISITS_TOTAL: '2000' })).toEqual([]);
    expect(of({ BACKFILL_MAX_VISITS_TOTAL: '0' })).toEqual([]);
    expect(
      of({
        BACKFILL_MAX_VISITS_PER_DAY: '0',
        TARGET_VISITS_PER_DAY: '5000',
        BACKFILL_MAX_VISITS_TOTAL: '4999',
      }),
    ).toEqual(['total-below-day']);
    expect(of({ TARGET_VISITS_PER_DAY: '200', BACKFILL_MAX_VISITS_TOTAL: '300' })).toEqual([]);
    expect(of({ TARGET_VISITS_PER_DAY: '200', BACKFILL_MAX_VISITS_TOTAL: '199' })).toEqual([
      'total-below-day',
    ]);
    const own = { BACKFILL_MAX_VISITS_PER_DAY: '2000', BACKFILL_MAX_VISITS_TOTAL: '300' };
    expect(of({ TARGET_VISITS_PER_DAY: '200', ...own })).toEqual(['total-below-day']);
  });
});

describe('warnings', () => {
  const calm = { hasEndTime: true, env: { RANDOMIZE_VISITOR_COUNTRIES: 'false' } };
  const backfill = (env: Record<string, string>): Given => ({
    command: 'backfill',
    env: { MATOMO_TOKEN_AUTH: TOKEN, BACKFILL_DAYS_BACK: '3', ...env },
  });

  it('are not given for nothing', () => {
    expect(warningCodes(calm)).toEqual([]);
    expect(warningCodes(backfill({}))).toEqual([]);
  });

  it('tell that nothing will stop the run', () => {
    const { env } = calm;
    expect(warningCodes({ env })).toEqual(['no-stop-condition']);
    const hintOf = (more: Given) => load({ env, ...more }).warnings.map(({ hint }) => hint);
    expect(hintOf({})).toEqual([expect.stringContaining('Ctrl-C')]);
    expect(hintOf({ isDetached: true })).toEqual([expect.stringContaining('trafficinator stop')]);
    for (const flags of [{ dailyCap: '5' }, { stopAfterVisits: '5' }, { autoStopAfterHours: '0.5' }]) {
      expect(warningCodes({ env, flags })).toEqual([]);
    }
  });

  it('tell what a rate of arrivals puts out of force', () => {
    const { env } = calm;
    const hours = { ...env, ACTIVE_HOURS: '17:00-18:00' };
    expect(warningCodes({ ...calm, flags: { visitRate: '5/s' } })).toEqual([]);
    expect(warningCodes({ ...calm, env: hours })).toEqual([]);
    expect(warningCodes({ ...calm, env: hours, flags: { visitRate: '5/s' } })).toEqual([
      'active-hours-unused',
    ]);
    expect(warningCodes({ ...calm, flags: { visitRate: '5/s', visitsPerDay: '30' } })).toEqual([
      'visits-per-day-unused',
    ]);
  });

  it('tell that countries need a token, unless the endpoint is our own', () => {
    expect(warningCodes({ hasEndTime: true })).toEqual(['countries-without-token']);
    expect(warningCodes({ hasEndTime: true, sink: true })).toEqual([]);
    expect(warningCodes({ hasEndTime: true, env: { MATOMO_TOKEN_AUTH: TOKEN } })).toEqual([]);
  });

  it.each([
    [{ concurrency: '200', visitsPerDay: '500000' }, []],
    [{ concurrency: '201', visitsPerDay: '500000' }, ['high-concurrency']],
    [{ concurrency: '200', visitsPerDay: '500001' }, ['many-visits']],
  ])('of load for %j are %j', (flags, codes) => {
    expect(warningCodes({ ...calm, flags })).toEqual(codes);
  });

  it.each([
    [{ BACKFILL_MAX_VISITS_PER_DAY: '8000' }, []],
    [{ BACKFILL_MAX_VISITS_PER_DAY: '8001' }, ['many-visits']],
    [{ BACKFILL_RPS_LIMIT: '100' }, []],
    [{ BACKFILL_RPS_LIMIT: '100.5' }, ['many-requests']],
    [{ BACKFILL_DAYS_BACK: '90' }, []],
    [{ BACKFILL_DAYS_BACK: '91' }, ['long-window']],
    [{ TARGET_VISITS_PER_DAY: '3000' }, ['volume-clipped']],
    [{ TARGET_VISITS_PER_DAY: '1500' }, []],
    [{ BACKFILL_MAX_VISITS_TOTAL: '5999' }, ['total-clipped']],
    [{ MATOMO_TOKEN_AUTH: '', RANDOMIZE_VISITOR_COUNTRIES: 'false' }, ['backfill-without-token']],
  ])('of a backfill for %j are %j', (env, codes) => {
    expect(warningCodes(backfill(env))).toEqual(codes);
  });
});

describe('files of a preset', () => {
  const dir = '/home/user/.config/trafficinator/presets';
  const of = (text: string, name = 'mine.env', given: Given = {}) =>
    load({ ...given, files: { [`${dir}/${name}`]: text }, presets: ['mine'] }).settings;

  it('lie beside it, wherever the command starts', () => {
    const text = 'URLS_FILE=mine/urls.txt\nEVENTS_FILE= ../events.json \nFUNNEL_CONFIG_PATH=./f\n';
    expect(of(text)).toMatchObject({
      urlsFile: `${dir}/mine/urls.txt`,
      eventsFile: '/home/user/.config/trafficinator/events.json',
      funnelConfigPath: `${dir}/f`,
    });
    expect(of('visits:\n  catalogueFile: c.yaml\n', 'mine.yaml').catalogueFile).toBe(`${dir}/c.yaml`);
  });

  it('may be named from the root, and give way to a path of a higher source', () => {
    expect(of('URLS_FILE=/srv/urls.txt\n').urlsFile).toBe('/srv/urls.txt');
    const higher = of('URLS_FILE=urls.txt\n', 'mine.env', { env: { URLS_FILE: 'own.txt' } });
    expect(higher.urlsFile).toBe('own.txt');
  });

  it('are those of a config file relative to where the command starts', () => {
    const files = { '/work/sub/a.env': 'URLS_FILE=urls.txt\n' };
    expect(load({ files, configPath: 'sub/a.env' }).settings.urlsFile).toBe('urls.txt');
  });
});

describe('declared events', () => {
  const spike = 'spike 2026-11-27T18:00 x3 for 6h';
  const holiday = 'holiday 2026-12-24..2026-12-26 x0.4';

  it('come from the environment as one text, and from YAML as a list', () => {
    const expected = { declaredEvents: [spike, holiday] };
    expect(load({ env: { DECLARED_EVENTS: `${spike}; ${holiday}` } }).settings).toMatchObject(expected);
    const files = { '/work/a.yaml': `volume:\n  declaredEvents:\n    - ${spike}\n    - ${holiday}\n` };
    expect(load({ files, configPath: 'a.yaml' }).settings).toMatchObject(expected);
  });

  it('are refused with the text and the reason, each of them', () => {
    const env = { DECLARED_EVENTS: `${spike}; party; spike 2026-02-30 x3 for 6h` };
    const [problem, ...others] = problemsOf({ env });
    expect(others).toEqual([]);
    expect(problem?.message).toMatch(
      /^DECLARED_EVENTS must be events such as .*environment DECLARED_EVENTS.*"party", it has none of these forms; in "spike 2026-02-30 x3 for 6h", 2026-02-30 is not a date\.$/,
    );
  });
});

describe('headers for the target', () => {
  const LOGIN = `Authorization: Basic ${Buffer.from('me@x:se:cret').toString('base64')}`;

  it('are lines of a text, a list, or a file', () => {
    const lines = 'X-A: 1\nX-B: two: 2';
    const files = {
      '/work/headers.txt': '# staging\nX-A: 1\n\nX-B: two: 2\n',
      '/work/a.env': 'MATOMO_HEADERS="X-A: 1\nX-B: two: 2"\n',
      '/work/a.yaml': 'matomo:\n  headers:\n    - "X-A: 1"\n    - "X-B: two: 2"\n',
      '/work/b.yaml': 'matomo:\n  headers: |\n    X-A: 1\n    X-B: two: 2\n',
    };
    expect(load({ files, flags: { headersFile: 'headers.txt' } }).settings.headers).toBe(lines);
    for (const configPath of ['a.env', 'a.yaml', 'b.yaml']) {
      expect(load({ files, configPath }).settings.headers, configPath).toBe(lines);
    }
  });

  it('are refused with the number of the line, and never shown', () => {
    const messages = messagesOf({ env: { MATOMO_HEADERS: 'X-A: 1\nsecret\nContent-Length: 3' } });
    expect(messages).toEqual([
      'MATOMO_HEADERS must be lines of the form Name: value, but is *** (environment MATOMO_HEADERS): header 2 does not have the form Name: value; header 3 sets Content-Length, which is set automatically. ',
    ]);
  });

  it('are what a user name and a password in the address stand for', () => {
    const env = { MATOMO_URL: 'https://me%40x:se%3Acret@m.example/', MATOMO_HEADERS: 'X-A: 1' };
    const { settings } = load({ env });
    expect(settings).toMatchObject({
      matomoUrl: 'https://m.example/matomo.php',
      headers: `X-A: 1\n${LOGIN}`,
    });
    expect(messagesOf({ env: {}, flags: { matomoUrl: 'https://me:secret@m.example/' } })[0]).toMatch(
      /^MATOMO_URL must be .*\/\/\*\*\*@m\.example.*must not contain a user name or password; set MATOMO_HEADERS/,
    );
  });

  it('belong to one target of several', () => {
    const env = {
      MATOMO_HEADERS: 'X-A: 1',
      MATOMO_URL_2: 'https://me%40x:se%3Acret@b.example/',
      MATOMO_URL_3: 'https://c.example/',
      MATOMO_HEADERS_FILE_3: 'c.txt',
    };
    const { targets } = load({ env, files: { '/work/c.txt': 'X-C: 3\n' } });
    expect(targets.map(({ settings }) => [settings.matomoUrl, settings.headers])).toEqual([
      ['https://m.example/matomo.php', 'X-A: 1'],
      ['https://b.example/matomo.php', LOGIN],
      ['https://c.example/matomo.php', 'X-C: 3'],
    ]);
  });

  it('leave no room for a second login', () => {
    const basic = { MATOMO_HEADERS: LOGIN };
    const bearer = { MATOMO_TOKEN_IN: 'header', MATOMO_TOKEN_AUTH: TOKEN };
    expect(problemsOf({ env: { ...basic, ...bearer } })).toMatchObject([{ code: 'two-logins' }]);
    expect(problemsOf({ env: { ...basic, MATOMO_URL: 'https://a:b@m.example/' } })).toMatchObject([
      { code: 'two-logins' },
    ]);
    expect(problemsOf({ env: basic })).toEqual([]);
    expect(problemsOf({ env: bearer })).toEqual([]);
  });

  it('come from one place', () => {
    const env = { MATOMO_HEADERS: 'A: 1', MATOMO_HEADERS_FILE: 'h.txt' };
    expect(problemsOf({ env, files: { '/work/h.txt': 'A: 2' } })).toMatchObject([{ code: 'two-headers' }]);
    expect(
      problemsOf({ flags: { headersFile: 'h.txt' }, files: { '/work/h.txt': '# none\n' } }),
    ).toMatchObject([{ code: 'empty-file' }]);
  });
});
