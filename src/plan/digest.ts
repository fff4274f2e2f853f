/** A digest of traffic that does not depend on the order of its visits, so that those of shards add up. */

const LIMBS = 8;

/** Value of a hexadecimal digit in lower case by its character code. */
const VALUES = new Uint8Array(128);
for (let i = 0; i < 16; i++) VALUES[i.toString(16).charCodeAt(0)] = i;

/** 32 bits from 8 digits on. */
function limbAt(digits: string, at: number): number {
  let limb = 0;
  for (let i = at; i < at + 8; i++) limb = (limb << 4) | (VALUES[digits.charCodeAt(i)] as number);
  return limb >>> 0;
}

/**
 * Sum modulo 2^256 of the digests of all visits. The same visits give the same digest in any order; the sum of
 * the digests of all shards is that of the whole.
 */
export class TrafficDigest {
  private readonly limbs = new Float64Array(LIMBS);

  /** @param digits of one visit */
  add(digits: string): void {
    let carry = 0;
    for (let i = LIMBS - 1; i >= 0; i--) {
      const limb = limbAt(digits, i * 8);
      const sum = (this.limbs[i] as number) + limb + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      this.limbs[i] = sum % 2 ** 32;
    }
  }

  /** 64 hexadecimal digits. */
  get value(): string {
    return Array.from(this.limbs, (limb) => limb.toString(16).padStart(8, '0')).join('');
  }
}

/** Digest of no visits. */
export const NO_DIGEST = new TrafficDigest().value;

/** Digest of all visits together, from those of the parts. */
export function sumOfDigests(digests: readonly string[]): string {
  const sum = digests.reduce((total, digest) => total + BigInt(`0x${digest}`), 0n);
  return BigInt.asUintN(256, sum).toString(16).padStart(64, '0');
}
