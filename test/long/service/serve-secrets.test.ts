/** After a full session, tokens, keys and passwords are looked for in every answer, log line, file and database. */

import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { SUPER_TOKEN, Workplace, withTarget } from '../../process/binary.ts';
import { endAll, type RunView, serve, until } from '../../process/service/served.ts';
import type { Asked } from '../../server/harness.ts';

const places: Workplace[] = [];
afterEach(() => {
  for (const place of places.splice(0)) place.remove();
});

/** Another user's, which the endpoint takes as well. */
const OTHER = 'b'.repeat(32);
const HOOK = 'hook-path-5f0c2d7e91';
const MAIL = 'mail-password-8d1b6a';
const KEY_FILES = ['control.key', 'control-read.key', 'secrets.key'];

/** As texts hold it: plain, in an address, in base 64 or as digits. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !KEY_FILES.includes(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}

async function openReceiver(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

describe('secrets', () => {
  it('are in no answer, log line, file or database', () =>
    withTarget(async ({ url }) => {
      const place = new Workplace();
      places.push(place);
      const receiver = await openReceiver();
      const served = await serve(place, { MATOMO_TOKEN_AUTH: SUPER_TOKEN, MATOMO_URL: url }, ['--verbose']);
      const seen: { readonly what: string; readonly text: string }[] = [];
      const ask = async (path: string, asked: Asked = {}) => {
        const answer = await served.ask(path, asked);
        const headers = JSON.stringify([...answer.headers].filter(([name]) => name !== 'set-cookie'));
        const what = `${asked.method ?? (asked.body === undefined ? 'GET' : 'POST')} ${path}`;
        seen.push({ what: `${what}: ${answer.status}`, text: `${headers}\n${answer.text}` });
        return answer;
      };
      try {
        const live = { TARGET_VISITS_PER_DAY: 900_000, TRAFFIC_SHAPE: 'flat', VISIT_TIMING: 'compressed' };
        const given = { MATOMO_URL: url, MATOMO_TOKEN_AUTH: OTHER };
        const config = { ...live, matomo_url: url, matomo_site_id: 1, matomo_token_auth: OTHER };
        // What is wrong is told without what was given.
        await ask('/api/validate', { body: { config: { ...config, concurrency: 'many' } } });
        await ask('/api/validate', { body: { config: { ...config, matomo_token_auth: [OTHER] } } });
        await ask('/api/test-connection', { body: { matomo_url: url, token_auth: { of: OTHER } } });
        await ask('/api/test-connection', { body: { matomo_url: url, token_auth: OTHER } });
        await ask('/api/test-connection', { body: { matomo_url: `${url}/?token_auth=${OTHER}` } });
        await ask('/api/v2/runs', { body: { settings: { ...given, CONCURRENCY: 'many' } } });
        await ask('/api/presets', { body: { name: 7, config } });
        await ask('/api/v2/session', { body: { key: `${served.key}x` }, key: undefined });
        await ask('/api/status', { key: `${served.key}x` });

        await ask('/api/config/apply', { body: { config } });
        const made = (await ask('/api/presets', { body: { name: 'Own', config } })).json as { id: number };
        await ask('/api/presets');
        await ask(`/api/presets/${made.id}`);
        await ask(`/api/presets/${made.id}`, { method: 'PUT', body: { description: 'changed' } });
        await ask('/api/v2/presets');
        await ask('/api/v2/presets/Own');
        await ask('/api/v2/settings/resolve', { body: { command: 'run', settings: given } });
        await ask('/api/v2/settings/export', { body: { command: 'run', settings: given, format: 'env' } });
        await ask('/api/v2/notifications', {
          body: { kind: 'webhook', name: 'hook', url: `${receiver.url}/${HOOK}` },
        });
        const smtp = `smtp://me:${MAIL}@127.0.0.1:${new URL(receiver.url).port}`;
        const addresses = { from: 'a@example.org', to: ['b@example.org'] };
        await ask('/api/v2/notifications', {
          body: { kind: 'email', name: 'mail', server: smtp, ...addresses },
        });
        for (const id of [1, 2]) await ask(`/api/v2/notifications/${id}/test`, { method: 'POST' });
        await ask('/api/v2/notifications');
        await ask('/api/v2/schedules', {
          body: { name: 'night', command: 'run', cron: '0 3 * * *', settings: { ...live, ...given } },
        });
        await ask('/api/v2/schedules');

        const run = { settings: { ...live, ...given }, rememberTokens: true, verify: true };
        const { id } = (await ask('/api/v2/runs', { body: run })).json as RunView;
        await until(served, id, ({ totals }) => (totals?.hits.accepted ?? 0) > 3);
        await ask('/api/status');
        await ask(`/api/v2/runs/${id}/pause`, { method: 'POST' });
        await ask(`/api/v2/runs/${id}/resume`, { method: 'POST' });
        await ask(`/api/v2/runs/${id}/stop`, { method: 'POST' });
        const window = { BACKFILL_DAYS_BACK: 3, BACKFILL_DURATION_DAYS: 1, BACKFILL_MAX_VISITS_PER_DAY: 20 };
        const plan = (await ask('/api/v2/backfill-plans', { body: { settings: { ...given, ...window } } }))
          .json as { id: number; digest: string; visits: number };
        const { digest, visits } = plan;
        const confirm = { digest, visits, tokens: { MATOMO_TOKEN_AUTH: OTHER }, rememberTokens: true };
        const job = (await ask(`/api/v2/backfill-plans/${plan.id}/confirm`, { body: confirm }))
          .json as RunView;
        await until(served, job.id, ({ state }) => state === 'done' || state === 'failed');
        for (const one of [id, job.id]) {
          await ask(`/api/v2/runs/${one}`);
          for (const part of ['settings', 'summary', 'report', 'days', 'days.csv', 'points'])
            await ask(`/api/v2/runs/${one}/${part}`);
          await ask(`/api/v2/runs/${one}/verification`, { method: 'POST' });
        }
        await ask('/api/start', { body: { config: { MATOMO_TOKEN_AUTH: OTHER } } });
        await ask('/api/restart', { method: 'POST' });
        await ask('/api/stop', { method: 'POST' });
        await ask('/api/v2/targets');
        await ask('/api/v2/targets/check', { method: 'POST' });
        await ask('/api/backfill/status');
        await ask('/api/backfill/last');
        for (const path of [
          ...['/', '/health', '/ready', '/metrics', '/openapi.json', '/docs', '/ui', '/login'],
          ...['/api/logs?lines=10000', '/api/v2/logs?limit=10000', '/api/v2/audit?limit=1000'],
          ...['/api/v2/settings/schema', '/api/v2/runs', '/api/events', '/api/funnels', '/api/urls'],
        ])
          await ask(path);
        await ask('/api/v2/login-links', { method: 'POST' });

        expect(seen.filter(({ what }) => /: (500|503)$/.test(what)).map(({ what }) => what)).toEqual([]);
        const works = seen.filter(({ what }) => /: 20\d$/.test(what));
        expect(works.length, seen.map(({ what }) => what).join('\n')).toBeGreaterThan(55);
      } finally {
        receiver.close();
        await endAll(served);
      }
      const { stdout, stderr } = await served.running.finished;
      seen.push({ what: 'standard output', text: stdout }, { what: 'standard error', text: stderr });
      for (const path of filesBelow(place.path))
        seen.push({ what: path, text: readFileSync(path, 'latin1') });
      const keys = KEY_FILES.map((name) => readFileSync(place.file(name), 'utf8').trim());
      const secrets = [SUPER_TOKEN, OTHER, HOOK, MAIL, ...keys];
      const found = secrets.flatMap((secret, index) =>
        spellings(secret).flatMap((text) =>
          seen.filter((one) => one.text.includes(text)).map(({ what }) => `secret ${index}: ${what}`),
        ),
      );
      expect(found).toEqual([]);
      // The search finds what is there.
      expect(seen.some(({ text }) => text.includes(served.place.path) || text.includes(url))).toBe(true);
    }));
});
