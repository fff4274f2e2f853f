/** Plays captured requests against a listening sink and reports where its answers differ from Matomo's. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type Fields, queryOf, SUPER, VIEW, WRITE } from './driver.ts';

interface Vector {
  readonly id: string;
  readonly request: {
    readonly method: string;
    readonly query?: string;
    readonly form?: string;
    readonly json?: unknown;
    readonly raw?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly expect: {
    readonly status: number;
    readonly type?: string;
    readonly body: unknown;
    readonly recorded: number;
    readonly kind?: string;
  };
}

interface Sequence {
  readonly id: string;
  readonly site: number;
  readonly hits: readonly {
    readonly at: number;
    readonly q: string;
    readonly v?: string;
    readonly cid?: string;
    readonly uid?: string;
    readonly ip?: number;
    readonly ua?: number;
    readonly lang?: string;
  }[];
  readonly expect: { readonly visits: number; readonly recorded: number };
}

function fixture(name: string) {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'));
}

export const VECTORS: readonly Vector[] = fixture('vectors.json').vectors;
export const SEQUENCES: readonly Sequence[] = fixture('sequences.json').sequences;

function hex(digits: number): string {
  return randomBytes(digits / 2).toString('hex');
}

function browser(): string {
  const version = `${1000 + randomBytes(3).readUIntBE(0, 3)}.0`;
  return `Mozilla/5.0 (X11; Linux x86_64; rv:${version}) Gecko/20100101 Firefox/${version}`;
}

const TOKENS: Readonly<Record<string, string>> = {
  super: SUPER,
  write: WRITE,
  view: VIEW,
  wrong: 'f'.repeat(32),
};

/** Remembers order ids from one vector to the next. */
export function createPlayer(base: string, nowSeconds: number) {
  const orders = new Map<string, string>();

  function createFill(vector: Vector) {
    const ids = new Map<string, string>();
    return (text: string, encode: (value: string) => string) =>
      text.replace(/\{\{([^}]+)\}\}/g, (_, name: string) => {
        const time = /^(now|at)([+-]\d+)?$/.exec(name);
        const seconds = nowSeconds + Number(time?.[2] ?? 0);
        if (time?.[1] === 'now') return encode(String(seconds));
        if (time) return encode(new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' '));
        if (name.startsWith('order-of:')) return encode(orders.get(name.slice(9)) ?? '');
        const value = TOKENS[name] ?? ids.get(name) ?? hex(16);
        ids.set(name, value);
        if (name === 'order') orders.set(vector.id, value);
        return encode(value);
      });
  }

  async function play(vector: Vector): Promise<string[]> {
    const { request, expect } = vector;
    const fill = createFill(vector);
    const same = (text: string) => text;
    const headers = new Headers({ 'user-agent': browser() });
    for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, fill(value, same));
    const query = request.query ? `?${fill(request.query, encodeURIComponent)}` : '';
    let body = request.raw;
    if (request.form !== undefined) {
      body = fill(request.form, encodeURIComponent);
      headers.set('content-type', 'application/x-www-form-urlencoded');
    }
    if (request.json !== undefined) body = fill(JSON.stringify(request.json), same);
    const response = await fetch(`${base}/matomo.php${query}`, {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const type = response.headers.get('content-type') ?? '';
    return [
      ...(response.status === expect.status ? [] : [`status ${response.status}`]),
      ...(type.startsWith(expect.type ?? '') ? [] : [`type ${type}`]),
      ...(bodyMatches(expect.body, bytes) ? [] : [`body ${bytes.toString('latin1')}`]),
    ];
  }

  async function playSequence(sequence: Sequence, dayStart: number): Promise<void> {
    const own = new Map<string, string>();
    const pick = (key: string, make: () => string) => {
      const value = own.get(key) ?? make();
      own.set(key, value);
      return value;
    };
    const order = hex(12);
    const requests = sequence.hits.map((hit) => {
      const ua = pick(`ua ${hit.ua ?? 1}`, browser);
      const cip = pick(`ip ${hit.ip ?? 1}`, () => `81.230.${[...randomBytes(2)].join('.')}`);
      const id: Fields = hit.v
        ? { _id: pick(`v ${hit.v}`, () => hex(16)) }
        : hit.cid
          ? { cid: pick(`cid ${hit.cid}`, () => hex(16)) }
          : hit.uid
            ? { uid: pick(`uid ${hit.uid}`, () => hex(8)) }
            : {};
      const query = queryOf({ idsite: sequence.site, rec: 1, ...id, ua, lang: hit.lang ?? 'sv-se', cip });
      return `?${query}&cdt=${dayStart + hit.at}&${hit.q.replace('@order', order)}`;
    });
    const body = JSON.stringify({ token_auth: SUPER, requests });
    await (await fetch(`${base}/matomo.php`, { method: 'POST', body })).arrayBuffer();
  }

  return { play, playSequence };
}

function bodyMatches(expected: unknown, bytes: Buffer): boolean {
  const isGif = bytes.subarray(0, 6).toString('latin1') === 'GIF89a';
  const hasText = bytes.includes('Matomo');
  if (expected === 'gif') return isGif && bytes.length === 43;
  if (expected === 'gif+text') return isGif && hasText;
  if (expected === 'text') return !isGif && hasText;
  if (expected === 'empty') return bytes.length === 0;
  return isDeepStrictEqual(JSON.parse(bytes.toString()), expected);
}
