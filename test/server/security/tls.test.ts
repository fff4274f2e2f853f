import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/server/http/app.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createRenewal } from '../../../src/server/http/renewal.ts';
import { openTestServer, type TestServer } from '../harness.ts';

const pem = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const FIRST = {
  cert: pem('../../process/network/fixtures/self-signed.crt'),
  key: pem('../../process/network/fixtures/self-signed.key'),
};
const RENEWED = { cert: pem('fixtures/renewed.crt'), key: pem('fixtures/renewed.key') };

let server: TestServer;
afterEach(() => server.end());

const open = async () => {
  server = await openTestServer({ tls: () => FIRST });
  return server;
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

function ask(
  url: string,
  { headers = {}, body, method = 'GET' }: { headers?: object; body?: string; method?: string },
) {
  const asking = url.startsWith('https') ? httpsRequest : httpRequest;
  return new Promise<Answer>((resolve, reject) => {
    const sent = asking(url, { ca: FIRST.cert, method, headers: { ...headers } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('a service with a certificate', () => {
  it('is reached by whoever trusts it, and tells browsers to stay with TLS', async () => {
    const { url, key } = await open();
    expect(url).toMatch(/^https:/);
    const { status, headers } = await ask(`${url}/api/status`, { headers: { 'x-api-key': key } });
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  });

  it('sets cookies for TLS only', async () => {
    const { url, service } = await open();
    const body = JSON.stringify({ code: service.access.codes.create() });
    const headers = { 'content-type': 'application/json', origin: url };
    const answer = await ask(`${url}/api/v2/session`, { method: 'POST', headers, body });
    expect(answer.headers['set-cookie']?.[0]).toContain('; Secure');
  });

  it('answers nothing to plain HTTP, nor to TLS older than 1.2, and goes on', async () => {
    const { url, key } = await open();
    const headers = { 'x-api-key': key };
    await expect(ask(url.replace('https', 'http'), { headers })).rejects.toThrow();
    const { port } = new URL(url);
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ca: FIRST.cert } as const;
    const error = await new Promise((resolve) => {
      const socket = connect({ port: Number(port), host: '127.0.0.1', ...old }, () => resolve(undefined));
      socket.once('error', resolve);
    });
    expect(error).toBeInstanceOf(Error);
    expect((await ask(`${url}/api/status`, { headers })).status).toBe(200);
  });

  it.each([
    ['a key of another certificate', { cert: FIRST.cert, key: RENEWED.key }],
    ['no certificate', { cert: 'no', key: FIRST.key }],
  ])('does not start with %s', async (_, tls) => {
    await open();
    await expect(openTestServer({ tls: () => tls })).rejects.toMatchObject({
      code: 'tls-files',
      exitCode: 2,
    });
  });
});

describe('a certificate that is renewed in its files', () => {
  /** Whose name the certificate bears that a new connection gets. */
  const nameAt = (port: number) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.once('error', reject);
    });

  it('is used for new connections; half of one, or none, is told once and changes nothing', async () => {
    const { service } = await open();
    const listening = await listen(createApp(service, []), { host: '127.0.0.1', port: 0, tls: FIRST });
    const lines: string[] = [];
    const note = (line: string) => void lines.push(line);
    let files = () => FIRST;
    const look = createRenewal(FIRST, () => files(), listening, { info: note, warning: note });
    try {
      look();
      expect([await nameAt(listening.port), lines]).toEqual(['127.0.0.1', []]);
      files = () => ({ cert: RENEWED.cert, key: FIRST.key });
      look();
      look();
      files = () => {
        throw new Error('no such file');
      };
      look();
      expect(await nameAt(listening.port)).toBe('127.0.0.1');
      expect(lines).toEqual([
        expect.stringContaining('cannot be used'),
        expect.stringContaining('no such file'),
      ]);
      files = () => RENEWED;
      look();
      look();
      expect([await nameAt(listening.port), lines.slice(2)]).toEqual([
        'renewed.test',
        ['The renewed TLS certificate is used'],
      ]);
      for (const line of lines) expect(line).not.toContain('PRIVATE KEY');
    } finally {
      await listening.close();
    }
  });
});
