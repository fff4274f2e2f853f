/** What the pods of `helm test` run, carried out without a cluster: rendered by the real helm, as processes of this machine. */
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podOf, type Rendered } from '../../long/chart/kinds.ts';
import { fetchTools, objectsOf, template } from '../../long/chart/rendering.ts';
import { openTarget, SUPER_TOKEN, type Target, Workplace } from '../binary.ts';
import { serve } from '../service/served.ts';
import { containerOf, startContainer } from './containers.ts';

let target: Target;
let objects: Rendered[];
const places: Workplace[] = [];
beforeAll(async () => {
  target = await openTarget();
  const { status, stdout, stderr } = template(fetchTools(), {
    settings: { MATOMO_URL: target.url, MATOMO_SITE_ID: 1 },
    existingSecret: 'matomo',
  });
  if (status !== 0) throw new Error(stderr);
  objects = objectsOf(stdout);
});
afterAll(async () => {
  for (const place of places) place.remove();
  await target?.close();
});

function newPlace(): Workplace {
  const place = new Workplace();
  places.push(place);
  return place;
}

function testPod(name: string): Rendered {
  const found = objects.find(({ kind, metadata }) => kind === 'Pod' && metadata?.name?.endsWith(name));
  if (!found) throw new Error(`helm has rendered no pod ${name}`);
  expect(found.metadata?.annotations).toMatchObject({ 'helm.sh/hook': 'test' });
  return found;
}

/** Exit code of a program. */
function exitCode([program = '', ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    execFile(program, args, (error) => resolve(typeof error?.code === 'number' ? error.code : 0));
  });
}

describe('helm test', () => {
  it.each([
    ['a token that the site knows', SUPER_TOKEN, 0],
    ['another token', 'f'.repeat(32), 4],
  ])('validates settings, target and rights without sending a visit: %s', async (_, token, code) => {
    const container = containerOf(objects, testPod('-test-settings'));
    if (!container) throw new Error('the pod has no container');
    const tokenFile = container.env.MATOMO_TOKEN_AUTH_FILE ?? '';
    const before = target.sink.recorded().visits;
    const { finished } = startContainer(newPlace(), container, { [tokenFile]: `${token}\n` }, {});
    const ended = await finished;
    expect(ended.code, ended.stderr + ended.stdout).toBe(code);
    expect(target.sink.recorded().visits).toBe(before);
  });

  it('asks the service whether it is ready, and fails when nobody answers', async () => {
    const [container] = podOf(testPod('-test-serve'))?.spec?.containers ?? [];
    const command = container?.command ?? [];
    expect(command.join(' ')).toMatch(/http:\/\/shop\S*-serve:\d+\/ready/);
    const asking = (url: string) => command.map((word) => word.replace(/http:\/\/shop\S*-serve:\d+/, url));
    const served = await serve(newPlace());
    expect(await exitCode(asking(served.url))).toBe(0);
    served.running.child.kill('SIGTERM');
    await served.running.finished;
    expect(await exitCode(asking(served.url))).toBe(1);
  });
});
