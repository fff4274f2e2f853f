/** A digest of traffic that does not depend on the order of its visits, so that those of shards add up. */
import { createHash } from 'node:crypto';
import type { Hit } from '../types.ts';

const LIMBS = 8;

/**
 * Sum modulo 2^256 of the SHA-256 of each visit's hits. The same visits give the same digest in any order; the sum of
 * the digests of all shards is that of the whole.
 */
export class TrafficDigest {
  private readonly limbs = new Float64Array(LIMBS);

  /** @param hits all hits of one visit, in order */
  add(hits: readonly Hit[]): void {
    let text = '';
    for (const hit of hits) text += `${hit.query}\n`;
    const hash = createHash('sha256').update(text).digest();
    let carry = 0;
    for (let i = LIMBS - 1; i >= 0; i--) {
      const sum = (this.limbs[i] as number) + hash.readUInt32BE(i * 4) + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      this.limbs[i] = sum % 2 ** 32;
    }
  }

  /** 64 hexadecimal digits. */
  get value(): string {
    return Array.from(this.limbs, (limb) => limb.toString(16).padStart(8, '0')).join('');
  }
}
