/** Residential addresses by country such that visitors of different classes never share one. */
import type { Country } from '../catalogue.ts';
import { lowerBound } from '../draw.ts';
import { modulo } from '../exact-math.ts';
import type { RandomStream } from '../random.ts';

/** Share of visitors on IPv6, where the country's providers have it. */
const IPV6_SHARE = 0.12;

export interface AddressBook {
  /**
   * @param lane the visitor's class: two classes never get the same IPv4 address of a country that has as many
   * addresses as there are classes
   */
  addressOf(visitorNumber: number, lane: number, stream: RandomStream): string;
}

/** Ranges of IPv4 addresses as if they were one. */
interface Blocks {
  /** First address of each block. */
  readonly firsts: readonly number[];
  /** Addresses in each block and those before it. */
  readonly upTo: readonly number[];
  readonly size: number;
}

function parseIpv4(text: string): number {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

/** `0.` to `255.` */
const OCTETS = Array.from({ length: 256 }, (_, i) => `${i}.`);

function formatIpv4(value: number): string {
  const [a, b, c] = [OCTETS[value >>> 24], OCTETS[(value >>> 16) & 255], OCTETS[(value >>> 8) & 255]];
  return `${a}${b}${c}${value & 255}`;
}

function blocksOf(ranges: readonly string[]): Blocks {
  let size = 0;
  const firsts: number[] = [];
  const upTo: number[] = [];
  for (const range of ranges) {
    const [address = '', bits = '32'] = range.split('/');
    size += 2 ** (32 - Number(bits));
    firsts.push(parseIpv4(address));
    upTo.push(size);
  }
  return { firsts, upTo, size };
}

/** The address of the given rank among all. */
function ipv4At({ firsts, upTo }: Blocks, rank: number): string {
  const block = lowerBound(upTo, rank);
  const before = block === 0 ? 0 : (upTo[block - 1] as number);
  return formatIpv4((firsts[block] as number) + rank - before);
}

/** 128 bits, the first ones first. */
type Words = readonly [number, number, number, number];

/** An IPv6 prefix: its bits, those after the prefix 0, and how many it has: 32 to 63. */
interface Prefix {
  readonly words: Words;
  readonly length: number;
}

/** A word whose last `count` bits are set, at most all 32. */
function lastBits(count: number): number {
  return count >= 32 ? -1 : (1 << Math.max(0, count)) - 1;
}

/** Reads `2001:2040::/32`. */
function parsePrefix(range: string): Prefix {
  const [address = '', length = '128'] = range.split('/');
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number(`0x${group}`)));
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  const word = (i: number) =>
    (((all[2 * i] ?? 0) << 16) | (all[2 * i + 1] ?? 0)) & ~lastBits(32 * (i + 1) - Number(length));
  return { words: [word(0), word(1), word(2), word(3)], length: Number(length) };
}

function formatWord(word: number): string {
  return `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`;
}

/** The 32 bits after the prefix are those of `network`, the rest is arbitrary. */
function ipv6Within({ words, length }: Prefix, network: number, stream: RandomStream): string {
  const [first, second, third, fourth] = words;
  const shift = length - 32;
  const spill = shift === 0 ? 0 : network << (32 - shift);
  const rest = Math.floor(stream.next() * 2 ** 32) & lastBits(32 - shift);
  const last = Math.floor(stream.next() * 2 ** 32);
  return [first, second | (network >>> shift), third | spill | rest, fourth | last].map(formatWord).join(':');
}

/** @param classCount how many classes of visitors there are */
export function createAddressBook(country: Country, classCount: number): AddressBook {
  const blocks = blocksOf(country.ipv4);
  const { size } = blocks;
  const rows = Math.max(1, Math.floor(size / classCount));
  const prefixes = country.ipv6.map(parsePrefix);

  return {
    addressOf(visitorNumber, lane, stream) {
      const isIpv6 = prefixes.length > 0 && (stream.next() < IPV6_SHARE || lane >= size);
      if (isIpv6) {
        // Odd numbers multiply one to one: each visitor has a network of its own.
        const network = Math.imul(visitorNumber | 0, 0x9e3779b1);
        return ipv6Within(prefixes[modulo(visitorNumber, prefixes.length)] as Prefix, network, stream);
      }
      const row = Math.floor(stream.next() * rows);
      return ipv4At(blocks, (lane + classCount * row) % size);
    },
  };
}
