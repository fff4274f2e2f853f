import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV_NAMES } from '../../../src/config/schema/settings.ts';
import { numberedField } from '../../../src/config/targets/target-fields.ts';
import { podOf, type Rendered } from './kinds.ts';
import { mistakesIn, notesOf } from './notes.ts';
import { violationsOf } from './policies.ts';
import { CHART, decodeErrorsOf, fetchTools, objectsOf, run, template, typeErrorsOf } from './rendering.ts';
import { CASES, REFUSED } from './values.ts';

const SCRIPT = fileURLToPath(new URL('../../../scripts/refresh/manifests.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'trafficinator-chart-'));
const renderings = new Map<string, readonly Rendered[]>();
let tools = '';

/** The service has an Ingress without TLS. */
function hasOpenIngress({ serve }: Readonly<Record<string, unknown>>): boolean {
  const { enabled, tlsSecret } = Object(Object(serve).ingress);
  return enabled === true && !tlsSecret;
}

const nameOf = (title: string) => title.replaceAll(/\W+/g, '-');
const rendered = (title: string) => renderings.get(nameOf(title)) ?? [];

beforeAll(() => {
  tools = fetchTools();
  for (const { title, values } of CASES) {
    const { status, stdout, stderr } = template(tools, values);
    if (status !== 0) throw new Error(`${title}: ${stderr}`);
    renderings.set(nameOf(title), objectsOf(stdout));
  }
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the chart', () => {
  it('passes helm lint --strict', () => {
    const { status, stdout, stderr } = run(join(tools, 'helm'), ['lint', '--strict', CHART]);
    expect(status, stdout + stderr).toBe(0);
  });

  it.each(CASES)('renders what is asked for with $title', ({ title, values, has }) => {
    const prefix =
      typeof values.fullnameOverride === 'string' ? values.fullnameOverride : 'shop-trafficinator';
    const found = rendered(title).map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
    for (const one of has) {
      const [kind, name] = one.split(' ');
      expect(found.map((each) => each.replace(/-[0-9a-f]{8}$/, ''))).toContain(`${kind} ${prefix}-${name}`);
    }
  });

  it.each(CASES)('keeps to the policies with $title', ({ title, values }) => {
    const hasNetworkPolicy =
      values.networkPolicy === undefined || !('enabled' in Object(values.networkPolicy));
    expect(violationsOf(rendered(title), { hasNetworkPolicy })).toEqual([]);
  });

  it('renders objects of the types of Kubernetes', () => {
    expect(typeErrorsOf(join(folder, 'types'), renderings)).toBe('');
  });

  it.each(CASES)('renders pods that kubectl can read with $title', ({ title }) => {
    expect(decodeErrorsOf(tools, rendered(title))).toBe('');
  });

  it.each(CASES)('tells commands that fit it with $title', ({ title, values }) => {
    const notes = notesOf(tools, values);
    expect(mistakesIn(notes, rendered(title))).toEqual([]);
    for (const { kind } of rendered(title)) {
      if (kind === 'StatefulSet') expect(notes).toContain('Open the page:');
      if (kind === 'Deployment') expect(notes).toContain('workers wait for runs:');
      if (kind === 'CronJob') expect(notes).toContain('The backfill runs at');
    }
    expect(notes.includes('WARNING: serve.ingress.tlsSecret')).toBe(hasOpenIngress(values));
  });

  it.each(REFUSED)('refuses $title with a message', ({ values, says }) => {
    const { status, stderr, stdout } = template(tools, values);
    expect(status, stdout).not.toBe(0);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('secret-token');
  });
});

describe('the check of the notes', () => {
  it('finds what the chart does not have', () => {
    const objects = rendered('three workers on PostgreSQL');
    const notes = `kubectl port-forward service/shop-page 8000:8001
kubectl get pods --selector app=none
  https://elsewhere.example.org/
<no value>`;
    expect(mistakesIn(notes, objects)).toEqual([
      'there is no service/shop-page',
      'no pod has {"app":"none"}',
      'no service has port 8001',
      'no Ingress has elsewhere.example.org',
      'a value is missing',
    ]);
  });
});

describe('the checks of the chart', () => {
  const good = () => structuredClone(rendered('three workers on PostgreSQL'));
  const containers = (objects: readonly Rendered[]) =>
    objects.flatMap((object) => podOf(object)?.spec?.containers ?? []);

  type Spoil = (objects: readonly Rendered[]) => unknown;
  const container = (objects: readonly Rendered[]) => containers(objects)[0] ?? { name: '' };
  const specs = (objects: readonly Rendered[]) => objects.flatMap((object) => podOf(object)?.spec ?? []);
  const services = (objects: readonly Rendered[]) =>
    objects.flatMap((object) => (object.kind === 'Service' ? [object.spec ?? {}] : []));

  it.each<[string, Spoil, RegExp]>([
    [
      'a secret in a variable',
      (all) => container(all).env?.push({ name: 'MATOMO_TOKEN_AUTH', value: 'x' }),
      /TOKEN_AUTH would hold a secret/,
    ],
    [
      'a password in an address',
      (all) => container(all).env?.push({ name: 'DB', value: 'postgres://a:b@c' }),
      /password/,
    ],
    ['a moving tag', (all) => Object.assign(container(all), { image: 'tool:latest' }), /fixed image/],
    ['no tag', (all) => Object.assign(container(all), { image: 'registry:5000/tool' }), /fixed image/],
    ['no limits', (all) => Object.assign(container(all), { resources: {} }), /limit of memory/],
    [
      'a writable image',
      (all) => Object.assign(container(all), { securityContext: {} }),
      /write to its image/,
    ],
    [
      'root',
      (all) => specs(all).map((spec) => Object.assign(spec, { securityContext: { runAsUser: 0 } })),
      /runs as root/,
    ],
    [
      'a short grace period',
      (all) => specs(all).map((spec) => Object.assign(spec, { terminationGracePeriodSeconds: 30 })),
      /killed before/,
    ],
    [
      'a selector of nothing',
      (all) => services(all).map((spec) => Object.assign(spec, { selector: { a: 'b' } })),
      /selects no pod/,
    ],
  ])('find %s', (_, spoil, words) => {
    const objects = good();
    spoil(objects);
    expect(violationsOf(objects).join('\n')).toMatch(words);
  });

  it('find a field that Kubernetes does not have, and a value of another type', () => {
    const objects = good();
    const [pod] = objects.flatMap((object) => podOf(object) ?? []);
    Object.assign(pod?.spec ?? {}, { terminationGraceSeconds: 5 });
    expect(typeErrorsOf(join(folder, 'spoilt'), new Map([['spoilt', objects]]))).toContain(
      'terminationGraceSeconds',
    );
    const others = good();
    for (const object of others)
      if (object.kind === 'Deployment') Object.assign(object.spec ?? {}, { replicas: 'three' });
    expect(decodeErrorsOf(tools, others)).toContain('replicas');
  });
});

describe('values of settings', () => {
  const dataOf = (title: string) =>
    rendered(title).flatMap((object) =>
      object.kind === 'ConfigMap' && object.metadata?.name?.endsWith('-settings')
        ? Object.entries(object.data ?? {})
        : [],
    );

  it('arrive as they were written', () => {
    expect(Object.fromEntries(dataOf('large numbers, fractions, lists and files'))).toEqual({
      MATOMO_URL: 'https://matomo.example.org',
      TARGET_VISITS_PER_DAY: '1000000',
      MAX_TOTAL_VISITS: '10000000',
      BOUNCE_PROBABILITY: '0.05',
      RANDOMIZE_VISITOR_COUNTRIES: 'false',
      ECOMMERCE_SHIPPING_RATES: '0,5.99',
      GOAL_IDS: '1',
      SEED: '0012',
      DECLARED_EVENTS: 'holiday 2026-12-24..2026-12-26 x0.4; outage 2026-10-03T02:00 for 45m',
      URLS_FILE: '/config/urls.txt',
    });
    const files = rendered('large numbers, fractions, lists and files').find(({ metadata }) =>
      metadata?.name?.endsWith('-files'),
    );
    expect(files?.kind === 'ConfigMap' && files.data).toEqual({
      'urls.txt': '# "pages"\nhttps://shop.example.org/\tShop: all {{ of }} it\n',
    });
  });

  it.each(CASES)('have names that the command knows with $title', ({ title }) => {
    const names = dataOf(title).map(([name]) => name);
    const others = ['HTTPS_PROXY', 'NODE_EXTRA_CA_CERTS'];
    expect(
      names.filter((name) => !ENV_NAMES.includes(name) && !numberedField(name) && !others.includes(name)),
    ).toEqual([]);
  });
});

describe('deploy/manifests', () => {
  it('are the chart, rendered: to renew them, node scripts/refresh/manifests.mjs', () => {
    const { status, stderr } = run(process.execPath, [SCRIPT, '--check']);
    expect(status, stderr).toBe(0);
  });
});
