import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSinkConfig } from '../../../src/sink/config.ts';
import { createSink, type Sink } from '../../../src/sink/sink.ts';
import { type Gateway, openGateway } from '../../doubles/gateway.ts';
import { STACK, Workplace } from '../binary.ts';

const TOKEN = 'd'.repeat(32);
const KEY = 'k3yOfTheStagingServer';
const PASSWORD = 'pa55OfTheServer';
const LOGIN = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;

let place: Workplace;
let sink: Sink;
let gateway: Gateway;
const CONFIG = parseSinkConfig({
  version: '5.4.0',
  sites: [{ id: 1, timezone: 'UTC', mainUrl: 'https://www.nordhem.example' }],
  tokens: [{ token: TOKEN, role: 'write', sites: [1] }],
});
beforeEach(() => {
  place = new Workplace();
  sink = createSink({ config: CONFIG, now: Date.now });
  place.write('token.txt', TOKEN);
});
afterEach(async () => {
  await gateway.close();
  place.remove();
});

const BACKFILL =
  'backfill --days-back 2 --days 1 --visits-per-day 20 --timezone UTC --ecommerce-currency EUR --yes --verbose --verify'.split(
    ' ',
  );
const FILES = ['--record', 'requests.jsonl', '--report', 'report.html', '--summary', 'summary.json'];

describe('a server that asks for a password', () => {
  it('is sent to with the headers of a file, and none of them is seen anywhere else', async () => {
    gateway = await openGateway(sink, { needs: { authorization: LOGIN, 'x-key': KEY } });
    place.write(
      '.env',
      `MATOMO_URL=${gateway.url}\nMATOMO_TOKEN_AUTH_FILE=token.txt\nMATOMO_HEADERS_FILE=h.txt\n`,
    );
    place.write('h.txt', `Authorization: ${LOGIN}\nX-Key: ${KEY}\n`);
    const finished = await place.run([...BACKFILL, ...FILES, '--config', '.env']);
    const validated = await place.run(['validate', '--config', '.env', '--json', '--timezone', 'UTC']);
    expect([finished.code, validated.code]).toEqual([0, 0]);
    expect(sink.recorded().visits).toBe(20);
    const settings = await place.run(['settings', '--config', '.env', '--json']);
    const files = FILES.filter((_, i) => i % 2 === 1).map((name) => place.read(name));
    const all = [finished, validated, settings].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    for (const text of [...all, ...files]) {
      expect(text).not.toMatch(STACK);
      for (const secret of [TOKEN, KEY, LOGIN.slice(6), PASSWORD]) expect(text).not.toContain(secret);
    }
  });

  it('is sent to with the password of its address', async () => {
    gateway = await openGateway(sink, { needs: { authorization: LOGIN }, route: () => '/matomo.php' });
    const address = gateway.url.replace('//', `//me:${PASSWORD}@`);
    const args = [...BACKFILL.filter((arg) => arg !== '--verify'), '--token-file', 'token.txt'];
    const { code, stdout, stderr } = await place.run(args, { MATOMO_URL: `${address}/collect?key=1#exact` });
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain(PASSWORD);
    const tracking = gateway.seen.map(({ url }) => url).filter((url) => url !== '/index.php');
    expect(new Set(tracking)).toEqual(new Set(['/collect?key=1', '/collect?key=1&queuedtracking=0']));
  });

  it('may be Matomo itself, which knows bearer tokens', async () => {
    gateway = await openGateway(sink, { needs: { authorization: `Bearer ${TOKEN}` } });
    const bearer = await place.run([...BACKFILL, '--token-file', 'token.txt', '--token-in', 'header'], {
      MATOMO_URL: gateway.url,
    });
    expect(bearer.code).toBe(0);
    expect(gateway.seen.every(({ body }) => !body.includes(TOKEN))).toBe(true);
  });

  it('is named when nobody gives one', async () => {
    gateway = await openGateway(sink, { needs: { authorization: LOGIN } });
    const { code, stderr } = await place.run([
      ...BACKFILL,
      '--url',
      gateway.url,
      '--token-file',
      'token.txt',
    ]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/refused access \(HTTP 401\)[\s\S]*hint: .*MATOMO_HEADERS/);
    const login = await place.run([...BACKFILL, '--url', gateway.url.replace('//', `//me:${PASSWORD}@`)]);
    expect(login.code).toBe(2);
    expect(login.stderr).not.toContain(PASSWORD);
  });
});
