import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, SUPER_TOKEN, type Target, Workplace } from '../binary.ts';
import { type ContainerOf, manifestContainers, startContainer } from './containers.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

/** On a port of its own, so that tests can run side by side. */
function onFreePort({ args, ...rest }: ContainerOf): ContainerOf {
  return { ...rest, args: args.map((arg) => (arg === '8000' ? '0' : arg)) };
}

describe('deploy/manifests/serve.yaml', () => {
  const place = new Workplace();
  afterAll(() => place.remove());

  it('starts a service with live traffic, which its probes find', async () => {
    const container = manifestContainers('serve.yaml').get('StatefulSet');
    if (!container) throw new Error('there is no StatefulSet');
    const files = { '/secrets/token': `${SUPER_TOKEN}\n` };
    const running = startContainer(place, onFreePort(container), files, { MATOMO_URL: target.url });
    const url = await new Promise<string>((resolve, reject) => {
      running.child.stdout?.on('data', (text: string) => {
        const port = /Listening at http:\/\/[^:]+:(\d+)/.exec(text)?.[1];
        if (port) resolve(`http://127.0.0.1:${port}`);
      });
      void running.finished.then(({ stderr }) => reject(new Error(stderr)));
    });
    expect(container.probes).toEqual(['/ready', '/ready', '/health']);
    for (const path of container.probes) expect((await fetch(url + path)).status).toBe(200);
    const key = readFileSync(place.file('state/control.key'), 'utf8').trim();
    let runs: readonly { readonly state: string; readonly command: string }[] = [];
    while (runs[0]?.state !== 'running') {
      // The service limits how often it is asked.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const answer = await fetch(`${url}/api/v2/runs`, { headers: { 'x-api-key': key } });
      expect(answer.status).toBe(200);
      runs = ((await answer.json()) as { runs: typeof runs }).runs;
    }
    expect(runs).toMatchObject([{ command: 'run', state: 'running' }]);
    running.child.kill('SIGTERM');
    expect((await running.finished).code).toBe(0);
  });
});
