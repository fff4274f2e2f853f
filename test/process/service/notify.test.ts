import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { Workplace } from '../binary.ts';

const place = new Workplace();
afterAll(() => place.remove());

const FAST =
  'run --preset light --sink --visits-per-day 400000 --timing compressed --stop-after 3 --json'.split(' ');

describe('--notify', () => {
  it('tells a webhook how the run ended, and shows its address nowhere', async () => {
    const bodies: unknown[] = [];
    const receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        bodies.push(JSON.parse(text));
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const address = receiver.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook-secret`;
    const report = place.file('report.html');
    const finished = await place.run([...FAST, '--notify', url, '--report', report, '--verbose']);
    receiver.close();
    expect(finished.code).toBe(0);
    expect(bodies).toMatchObject([
      { type: 'notification', reason: 'done', exitCode: 0, visits: { complete: 3 } },
    ]);
    expect(finished.stdout + finished.stderr + readFileSync(report, 'utf8')).not.toContain('hook-secret');
  });

  it('that does not arrive is a warning', async () => {
    const url = 'http://127.0.0.1:1/hook-secret';
    const { code, stderr } = await place.run(FAST, { NOTIFY_URL: url });
    expect(code).toBe(0);
    expect(stderr).toContain('warning: The notification could not be delivered to http://127.0.0.1:1');
    expect(stderr).not.toContain('hook-secret');
  });
});
