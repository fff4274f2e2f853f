/** Seeded random streams: one seed, and a stream of its own for every concern of every visit. */
import seedrandom from 'seedrandom';

/** Uniform draws in [0, 1), always the same for the same key. */
export interface RandomStream {
  next(): number;
}

/** What a stream is for. A number, once given, keeps its meaning: changing one changes everybody's traffic. */
export const CONCERN = {
  arrivals: 1,
  population: 2,
  visitor: 3,
  source: 4,
  journey: 5,
  timing: 6,
  commerce: 7,
  detail: 8,
  pauses: 9,
  targets: 10,
  profile: 11,
  volume: 12,
  wishes: 13,
} as const;
export type Concern = number;

/** The concern of a name, as hooks of plugins have one: 32 bits, never one of the numbers above. */
export function namedConcern(name: string): Concern {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (scramble(hash) | 0x80000000) >>> 0;
}

/** Steps that a new generator takes before its first draw. */
const WARM_UP = 8;

/** The small fast counter generator of PractRand (sfc32): 128 bits of state, 32 bits a step. */
class Sfc32 implements RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1 + WARM_UP;

  constructor(a: number, b: number, c: number) {
    // The first steps, which are thrown away, with the state in registers: a stream is often made for few draws.
    let p = a;
    let q = b;
    let r = c;
    for (let counter = 1; counter <= WARM_UP; counter++) {
      const t = (((p + q) | 0) + counter) | 0;
      p = q ^ (q >>> 9);
      q = (r + (r << 3)) | 0;
      r = (((r << 21) | (r >>> 11)) + t) | 0;
    }
    this.a = p;
    this.b = q;
    this.c = r;
  }

  next(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return (t >>> 0) * 2 ** -32;
  }
}

/** MurmurHash3's finaliser: every input bit reaches every output bit. */
function scramble(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Hands out streams by (seed, concern, two numbers): cheap to split, independent of the order of asking. */
export interface RandomSource {
  /** `major` is an integer between -2^53 and 2^53, `minor` one from 0 to below 2^32: the day and the index in it, say. */
  stream(concern: Concern, major: number, minor: number): RandomStream;
}

export function createRandomSource(seed: string): RandomSource {
  const root = seedrandom.alea(seed);
  const keyA = root.int32();
  const keyB = root.int32();
  const keyC = root.int32();
  return {
    stream(concern, major, minor) {
      const low = major | 0;
      const high = Math.floor(major / 2 ** 32) | 0;
      const a = scramble(keyA ^ Math.imul(concern, 0x9e3779b1) ^ low);
      const b = scramble((keyB + Math.imul(high, 0x85ebca77) + a) ^ minor);
      const c = scramble((keyC ^ b) + Math.imul(minor, 0x27d4eb2f));
      return new Sfc32(a, b, c);
    },
  };
}
