import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { systemClock } from '../../src/run/clock.ts';
import { createFakeHost, packageFiles } from '../doubles/fake-host.ts';
import { type Env, openTarget, STACK, type Target } from '../process/binary.ts';

interface Case {
  readonly what: string;
  /** `TARGET` stands for the address of an endpoint that would take everything. */
  readonly args: readonly string[];
  readonly env?: Env;
  readonly tells: readonly RegExp[];
}

const run = (...args: string[]) => ['run', '--url', 'TARGET', ...args];
const backfill = (...args: string[]) => ['backfill', '--url', 'TARGET', ...args];
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const TOKEN = '0123456789abcdef0123456789abcdef';

const FILES = {
  'broken.yaml': 'volume:\n  visitsPerDay: 5\n\tconcurrency: 3\n',
  'open.yaml': 'matomo: { siteId: 1\n',
  'unknown.env': 'TIMEZONE=UTC\nMATOMO_SITE=3\n',
  'empty.txt': '# no page\n',
  'funnel.json': JSON.stringify([
    {
      name: 'Checkout',
      probability: 0.1,
      steps: [{ type: 'event', event_category: 'a', event_action: 'b', event_name: 'c' }],
    },
  ]),
};

const PACKAGE = packageFiles();
/** In the folder in which the command is started. */
const OWN_FILES = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`/work/${name}`, text]));

const SETTINGS: readonly Case[] = [
  {
    what: 'a URL that is missing, with a way to do without',
    args: ['run'],
    tells: [/MATOMO_URL \(--url\) must be the address of your Matomo, .* not set/, /hint: .*--sink/],
  },
  {
    what: 'a password of the ledger on the command line, which is not repeated',
    args: run('--ledger', 'postgres://traffic:s3cret@db.test/traffic'),
    tells: [/^error: --ledger must not contain a password(?![\s\S]*s3cret)/, /hint: .*LEDGER_URL_FILE/],
  },
  {
    what: 'a ledger that is no PostgreSQL',
    args: run('--ledger', 'mysql://db.test/traffic'),
    tells: [/The address of the ledger must begin with postgres:\/\//],
  },
  {
    what: 'a blank seed, once',
    args: backfill('--days-back', '1', '--seed', ' '),
    tells: [/^error: SEED must be text or a whole number, but is " " \(--seed\)(?![\s\S]*BACKFILL_SEED)/],
  },
  {
    what: 'a URL that is none',
    args: ['run', '--url', 'matomo'],
    tells: [/MATOMO_URL must be the http\(s\) address .*"matomo" \(--url\)/],
  },
  {
    what: 'a URL of another protocol',
    args: ['backfill', '--url', 'ftp://matomo.test', '--days-back', '1'],
    tells: [/MATOMO_URL .*"ftp:\/\/matomo.test" \(--url\): it must begin with http/],
  },
  {
    what: 'site 0',
    args: run('--site-id', '0'),
    tells: [/MATOMO_SITE_ID must be a whole number of at least 1, but is "0" \(--site-id\)/],
  },
  {
    what: 'a negative number',
    args: run('--visits-per-day', '-5'),
    tells: [/TARGET_VISITS_PER_DAY must be a whole number from 1 to 1,000,000, but is "-5"/],
  },
  {
    what: 'a number that is none, with where it stands',
    args: run(),
    env: { CONCURRENCY: 'many' },
    tells: [/CONCURRENCY must be a whole number from 1 to 500, but is "many" \(environment CONCURRENCY\)/],
  },
  {
    what: 'a least value above the greatest',
    args: run('--pageviews-min', '9'),
    tells: [/PAGEVIEWS_MIN must not be above PAGEVIEWS_MAX, but PAGEVIEWS_MIN is 9 \(--pageviews-min\)/],
  },
  {
    what: 'a timezone that nobody knows',
    args: run('--timezone', 'Mars/Olympus'),
    tells: [/TIMEZONE must be an IANA timezone name.*"Mars\/Olympus" \(--timezone\)/],
  },
  {
    what: 'a preset that nobody knows, with those there are',
    args: run('--preset', 'hevy'),
    tells: [/no preset hevy. Available presets: .*extreme, heavy, light, medium/, /hint: .*heavy/],
  },
];

const WINDOWS: readonly Case[] = [
  {
    what: 'no window at all',
    args: backfill(),
    tells: [/needs to know which days/, /--days-back.*--from.*--to/],
  },
  {
    what: 'both kinds of window',
    args: backfill('--from', '2026-10-01', '--to', '2026-10-02', '--days-back', '3'),
    tells: [/Set either two dates or the days back, not both.*--from.*--days-back/],
  },
  {
    what: 'a window in the future',
    args: backfill('--from', inDays(3), '--to', inDays(4)),
    tells: [/must end today .* at the latest, but ends on .*\(--to\)/],
  },
  {
    what: 'a window of 181 days',
    args: backfill('--from', '2026-01-01', '--to', '2026-06-30'),
    tells: [/at most 180 days long, but 2026-01-01 to 2026-06-30 are 181 days/],
  },
  {
    what: 'a window that ends before it starts',
    args: backfill('--from', '2026-06-02', '--to', '2026-06-01'),
    tells: [/must start on or before its end/],
  },
  {
    what: 'the 31st of February',
    args: backfill('--from', '2026-02-31', '--to', '2026-03-03'),
    tells: [/BACKFILL_START_DATE must be a date.*"2026-02-31" \(--from\)/],
  },
];

const FILE_CASES: readonly Case[] = [
  {
    what: 'a list of URLs that is not there',
    args: run('--urls-file', 'missing.txt'),
    tells: [/URLS_FILE must be a readable file, but missing.txt does not exist/],
  },
  {
    what: 'a list of URLs without any',
    args: run('--urls-file', 'empty.txt'),
    tells: [/empty.txt must contain at least one URL, but has none/],
  },
  {
    what: 'a funnel that begins with an event',
    args: run('--funnel-config-path', 'funnel.json'),
    tells: [/funnel.json: funnel "Checkout", step 1 must be a pageview.* its type is event/],
  },
  {
    what: 'broken YAML, with line and column',
    args: run('--config', 'broken.yaml'),
    tells: [/broken.yaml line 3, column 1: /],
  },
  {
    what: 'YAML that is not closed, with line and column',
    args: run('--config', 'open.yaml'),
    tells: [/open.yaml line 2, column 1: /],
  },
  {
    what: 'a key that nobody knows, with the closest one',
    args: run('--config', 'unknown.env'),
    tells: [/MATOMO_SITE \(unknown.env line 2\) is not a setting/, /hint: .*MATOMO_SITE_ID/],
  },
  {
    what: 'a record that cannot be written',
    args: run('--stop-after', '1', '--record', '.'),
    tells: [/--record: \. cannot be written/],
  },
];

const COMMAND_LINES: readonly Case[] = [
  {
    what: 'a flag that nobody knows, with the closest one',
    args: run('--concurency', '5'),
    tells: [/unknown option '--concurency'/, /--concurrency/],
  },
  {
    what: 'a flag of the other command',
    args: run('--days-back', '5'),
    tells: [/unknown option '--days-back'/],
  },
  { what: 'a flag without its value', args: run('--stop-after'), tells: [/--stop-after.* argument missing/] },
  {
    what: 'a command that nobody knows, with the closest one',
    args: ['backfil'],
    tells: [/'backfil'/, /backfill/],
  },
  {
    what: 'a shard that is none',
    args: run('--shard', '4/3'),
    tells: [/--shard must be i\/n .* but is "4\/3"/],
  },
  {
    what: 'a length of time that is none',
    args: run('--for', 'soon'),
    tells: [/--for must be a time such as 90s, 10m or 2h, but is "soon"/],
  },
  {
    what: 'a wait for the reports that is none, though they are read last',
    args: run('--verify', '--wait', 'long'),
    tells: [/--wait must be a time such as 90s, 10m or 2h, but is "long"/],
  },
  {
    what: 'the length of a step that is none',
    args: ['capacity', '--step', 'long'],
    tells: [/--step must be a time such as 90s, 10m or 2h, but is "long"/],
  },
  {
    what: 'a delay without a unit, with examples of its size',
    args: ['sink', '--latency', '0.05'],
    tells: [/--latency must be a time such as 50ms or 0\.2s, but is "0\.05"/],
  },
  {
    what: 'a number of runs that is none',
    args: ['history', '--limit', 'few'],
    tells: [/--limit must be a whole number of at least 1, but is "few"/],
  },
  {
    what: 'a port in use',
    args: ['sink', '--port', 'PORT'],
    tells: [/Port \d+ is in use/, /hint: .*--port/],
  },
  { what: 'a port that is none', args: ['sink', '--port', '70000'], tells: [/--port must be a port number/] },
  {
    what: 'an address of another machine',
    args: ['sink', '--port', '0', '--host', 'nowhere.invalid'],
    tells: [/Cannot listen on the address nowhere.invalid/, /hint: .*--host/],
  },
];

describe('bad input is refused before anything is sent', () => {
  /** The ledger is a real one. */
  const state = mkdtempSync(join(tmpdir(), 'trafficinator-test-'));
  let target: Target;

  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(async () => {
    await target.close();
    rmSync(state, { recursive: true, force: true });
  });

  const words = (args: readonly string[]) =>
    args.map((arg) => arg.replace('TARGET', target.url).replace('PORT', new URL(target.url).port));

  async function refusal({ args, env, tells }: Omit<Case, 'what'>): Promise<string> {
    const host = createFakeHost({
      env: { TRAFFICINATOR_STATE_DIR: state, ...env },
      files: { ...PACKAGE, ...OWN_FILES },
    });
    const code = await main(words(args), host, systemClock);
    const [stdout, stderr] = [host.stdoutText(), host.stderrText()];
    for (const words of tells) expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(STACK);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(target.faults.requests).toBe(0);
    expect(target.sink.recorded().recorded).toBe(0);
    return stderr;
  }

  const refuses = async (given: Case): Promise<void> => void (await refusal(given));

  it.concurrent.each(SETTINGS)('tells of $what', refuses);
  it.concurrent.each(WINDOWS)('tells of $what', refuses);
  it.concurrent.each(FILE_CASES)('tells of $what', refuses);
  it.concurrent.each(COMMAND_LINES)('tells of $what', refuses);

  it.concurrent('tells of everything in settings and files at once', async () => {
    const args = run('--site-id', '0', '--urls-file', 'missing.txt');
    const stderr = await refusal({
      args: [...args, '--funnel-config-path', 'funnel.json'],
      env: { PAGEVIEWS_MIN: '9' },
      tells: [/MATOMO_SITE_ID/, /PAGEVIEWS_MIN/, /missing.txt/, /step 1/],
    });
    expect(stderr.match(/^error: /gm)).toHaveLength(4);
  });

  it.concurrent.each([
    { args: [`--token-auth=${TOKEN}`] },
    { args: ['--token', TOKEN] },
    { args: ['--token-file', TOKEN] },
    { args: [`--token-file=${TOKEN}`] },
  ])('keeps a token on a command line to itself: $args', async ({ args }) => {
    const stderr = await refusal({ args: run(...args), tells: [/hint: .*file/] });
    expect(stderr).not.toContain(TOKEN);
  });
});
