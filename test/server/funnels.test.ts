/** Built-in funnels: shown, copied, and which of all are used. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestServer, type TestServer } from './harness.ts';

interface Funnel {
  readonly name: string;
  readonly probability: number;
  readonly steps: readonly { readonly type: string; readonly url?: string; readonly target_url?: string }[];
}
interface Answer {
  readonly used: string;
  readonly path: string | null;
  readonly sets: readonly { readonly preset: string | null; readonly funnels: readonly Funnel[] }[];
}

let server: TestServer;
let file: string;
beforeAll(async () => {
  server = await openTestServer();
  file = join(server.folder, 'funnels.json');
});
afterAll(() => server.end());
beforeEach(() => rmSync(file, { force: true }));

const funnels = async () => (await server.ask('/api/v2/funnels')).json as Answer;
const reset = () => server.ask('/api/v2/funnels', { method: 'DELETE' });
const OWN = {
  name: 'Mine',
  probability: 0.2,
  steps: [{ type: 'pageview', url: 'https://own.example/', title: 'Home' }],
};

/** Of a day that is planned, those that visits go through. */
async function planned(preset: readonly string[]): Promise<string[]> {
  const { json } = await server.ask('/api/v2/previews', { body: { preset } });
  return Object.keys((json as { funnels: Record<string, unknown> }).funnels).sort();
}
const namesOf = ({ sets }: Answer, preset: string | null) =>
  (sets.find((set) => set.preset === preset)?.funnels ?? []).map(({ name }) => name).sort();

describe('built-in funnels', () => {
  it('are those that runs go through until there are own ones, by preset', async () => {
    const found = await funnels();
    expect(found).toMatchObject({ used: 'built-in', path: null });
    expect(found.sets.map(({ preset }) => preset)).toEqual([null, 'content', 'saas', 'shop']);
    expect(namesOf(found, null)).toContain('Ecommerce Purchase');
    expect(namesOf(found, null)).toEqual(await planned([]));
    expect(namesOf(found, 'shop')).toEqual(await planned(['shop']));
  });

  it('are replaced by own ones, but for presets that have theirs', async () => {
    await server.ask('/api/funnels', { body: OWN });
    const found = await funnels();
    expect(found).toMatchObject({ used: 'own', path: file });
    expect(await planned([])).toEqual(['Mine']);
    expect(await planned(['light'])).toEqual(['Mine']);
    expect(await planned(['shop'])).toEqual(namesOf(found, 'shop'));
  });

  it('can each be saved as they are shown, and are the same funnels then', async () => {
    const { sets } = await funnels();
    for (const { preset, funnels: all } of sets) {
      for (const funnel of all) {
        const name = `${preset ?? ''} ${funnel.name}`.trim();
        const { status, text } = await server.ask('/api/funnels', { body: { ...funnel, name } });
        expect(status, text).toBe(201);
      }
    }
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Funnel[];
    expect(saved.map(({ steps }) => steps)).toEqual(
      sets.flatMap(({ funnels: all }) => all.map(({ steps }) => steps)),
    );
  });

  it('are on the site of own pages', async () => {
    const before = await funnels();
    expect(JSON.stringify(before.sets[0])).toContain('https://www.nordhem.example/');
    await server.ask('/api/urls', { body: { content: 'https://own.example/a\nhttps://own.example/b\n' } });
    const after = await funnels();
    expect(JSON.stringify(after.sets)).not.toMatch(/nordhem\.example|fjellby\.example/);
    expect(after.sets[0]?.funnels.map(({ steps }) => steps.length)).toEqual(
      before.sets[0]?.funnels.map(({ steps }) => steps.length),
    );
    expect(JSON.stringify(after.sets[0])).toContain('https://own.example/');
    await server.ask('/api/urls', { method: 'DELETE' });
  });

  it('are used again when the own ones are deleted together; without the last one, none are', async () => {
    const { json } = await server.ask('/api/funnels', { body: OWN });
    await server.ask(`/api/funnels/${(json as { id: number }).id}`, { method: 'DELETE' });
    expect((await funnels()).used).toBe('own');
    expect(await planned([])).toEqual([]);
    await server.ask('/api/funnels', { body: OWN });
    expect((await reset()).json).toEqual({ deleted: 1 });
    expect(existsSync(file)).toBe(false);
    expect((await funnels()).used).toBe('built-in');
    expect(await planned([])).toContain('Ecommerce Purchase');
    expect((await reset()).json).toEqual({ deleted: 0 });
  });

  it('are said not to be used where the settings name another file', async () => {
    const other = join(server.folder, 'other.json');
    writeFileSync(other, JSON.stringify([OWN]));
    const keep = (value: string | null) =>
      server.ask('/api/v2/settings/kept', {
        method: 'PATCH',
        body: { settings: { FUNNEL_CONFIG_PATH: value } },
      });
    expect((await keep(other)).status).toBe(200);
    expect(await funnels()).toMatchObject({ used: 'elsewhere', path: other });
    await keep(null);
    expect((await funnels()).used).toBe('built-in');
  });
});

describe('personas beside the funnels of a file', () => {
  const persona = { name: 'buyer', share: 0 };
  it('stay when funnels are saved, changed and all deleted', async () => {
    writeFileSync(file, JSON.stringify({ personas: [persona], funnels: [] }));
    const { json } = await server.ask('/api/funnels', { body: OWN });
    await server.ask(`/api/funnels/${(json as { id: number }).id}`, {
      method: 'PUT',
      body: { probability: 0.5 },
    });
    const saved = () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(saved()).toMatchObject({ personas: [persona], funnels: [{ name: 'Mine', probability: 0.5 }] });
    await reset();
    expect(saved()).toEqual({ personas: [persona] });
  });
});
