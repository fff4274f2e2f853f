import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../../src/matomo/http/http-client.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server, and a client of it. @returns with the ports that requests have come from */
async function open(
  listener: RequestListener,
  connections = 1,
): Promise<{ client: HttpClient; ports: number[]; server: Server }> {
  const ports: number[] = [];
  const server = createServer((request, response) => {
    ports.push(request.socket.remotePort ?? 0);
    request.resume().on('end', () => listener(request, response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/matomo.php`;
  const access = { url, token: undefined, connectTimeoutMs: 60_000, responseTimeoutMs: 60_000 };
  const client = createHttpClient({ access, url, contentType: 'text/plain', connections });
  closing.push(
    () => client.close(),
    () => void server.close(),
  );
  return { client, ports, server };
}

describe('an HTTP client', () => {
  it('sends one request at a time over a connection, and the others after it', async () => {
    let running = 0;
    let most = 0;
    const { client, ports } = await open((_, response) => {
      running++;
      most = Math.max(most, running);
      setImmediate(() => {
        running--;
        response.end('done');
      });
    });
    const answers = await Promise.all(['a', 'b', 'c'].map((body) => client.post(body)));
    expect(answers.map(({ body }) => body)).toEqual(['done', 'done', 'done']);
    expect(most).toBe(1);
    expect(new Set(ports).size).toBe(1);
  });

  it('gives the next request to the connection whose answer is being handled', async () => {
    const { client, ports } = await open((request, response) => {
      // The other connection stays idle.
      if (ports.length === 2) response.end(String(request.socket.remotePort));
      else setImmediate(() => response.end(String(request.socket.remotePort)));
    }, 2);
    await Promise.all([client.post('a'), client.post('b')]);
    const [first, second] = await new Promise<string[]>((resolve, reject) => {
      const receive = (onAnswer: (port: string) => void) =>
        client.send(Buffer.from('x'), {
          onSending: () => {},
          onAnswer: ({ body }) => onAnswer(body),
          onFailure: reject,
        });
      receive((one) => receive((two) => resolve([one, two])));
    });
    expect(second).toBe(first);
  });

  it('reads headers whatever the case of their names, and joins those that come several times', async () => {
    const { client } = await open((_, response) => {
      response.writeHead(503, { 'RETRY-AFTER': ['7', '8'], Location: '/here', 'X-Other': 'no' }).end('later');
    });
    expect(await client.post('a')).toEqual({
      status: 503,
      body: 'later',
      retryAfter: '7, 8',
      location: '/here',
    });
  });

  it('takes the last answer where information comes before it', async () => {
    const { client } = await open((_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.end('done');
    });
    expect(await client.post('a')).toMatchObject({ status: 200, body: 'done' });
  });

  it('connects anew after a connection was lost, also for requests that wait for it', async () => {
    let count = 0;
    const { client, ports } = await open((request, response) => {
      count++;
      if (count === 1) request.socket.destroy();
      else response.end('done');
    });
    const [lost, ...others] = await Promise.allSettled(['a', 'b', 'c'].map((body) => client.post(body)));
    expect(lost?.status).toBe('rejected');
    expect(others.map((other) => other.status)).toEqual(['fulfilled', 'fulfilled']);
    expect(new Set(ports).size).toBe(2);
  });

  it('fails what waits when it is closed', async () => {
    const { client } = await open(() => {});
    const all = Promise.allSettled(['a', 'b'].map((body) => client.post(body)));
    await client.close();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
