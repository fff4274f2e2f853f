/** Residential addresses by country such that visitors of different classes never share one. */
import type { Country } from './catalogue.ts';
import type { RandomStream } from './random.ts';

/** Share of visitors on IPv6, where the country's providers have it. */
const IPV6_SHARE = 0.12;

export interface AddressBook {
  /**
   * @param lane the visitor's class: two classes never get the same IPv4 address of a country that has as many
   * addresses as there are classes
   */
  addressOf(visitorNumber: number, lane: number, stream: RandomStream): string;
}

interface Block {
  readonly first: number;
  /** Addresses in this block and those before it. */
  readonly upTo: number;
}

function parseIpv4(text: string): number {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function blocksOf(ranges: readonly string[]): Block[] {
  let upTo = 0;
  return ranges.map((range) => {
    const [address = '', bits = '32'] = range.split('/');
    upTo += 2 ** (32 - Number(bits));
    return { first: parseIpv4(address), upTo };
  });
}

/** An IPv6 prefix: its 128 bits, those after the prefix 0, and its length. */
interface Prefix {
  readonly bits: bigint;
  readonly length: number;
}

/** Reads `2001:2040::/32`. */
function parsePrefix(range: string): Prefix {
  const [address = '', length = '128'] = range.split('/');
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const all = [...before, ...zeros, ...after];
  const bits = all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
  const free = BigInt(128 - Number(length));
  return { bits: (bits >> free) << free, length: Number(length) };
}

function formatIpv6(bits: bigint): string {
  return Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(
    ':',
  );
}

/** @param classCount how many classes of visitors there are */
export function createAddressBook(country: Country, classCount: number): AddressBook {
  const blocks = blocksOf(country.ipv4);
  const size = blocks.at(-1)?.upTo ?? 0;
  const rows = Math.max(1, Math.floor(size / classCount));
  const prefixes = country.ipv6.map(parsePrefix);

  function ipv4(lane: number, row: number): string {
    const rank = (lane + classCount * row) % size;
    const block = blocks.find((candidate) => rank < candidate.upTo) as Block;
    const before = blocks[blocks.indexOf(block) - 1]?.upTo ?? 0;
    return formatIpv4(block.first + rank - before);
  }

  /** The 32 bits after the prefix name the visitor, one to one; the rest of the address is arbitrary. */
  function ipv6(visitorNumber: number, stream: RandomStream): string {
    const { bits, length } = prefixes[visitorNumber % prefixes.length] as Prefix;
    const network = BigInt(Math.imul(visitorNumber | 0, 0x9e3779b1) >>> 0);
    const free = BigInt(128 - length - 32);
    const word = () => BigInt(Math.floor(stream.next() * 2 ** 32));
    const rest = ((word() << 32n) | word()) % (1n << free);
    return formatIpv6(bits | (network << free) | rest);
  }

  return {
    addressOf(visitorNumber, lane, stream) {
      const isIpv6 = prefixes.length > 0 && (stream.next() < IPV6_SHARE || lane >= size);
      return isIpv6 ? ipv6(visitorNumber, stream) : ipv4(lane, Math.floor(stream.next() * rows));
    },
  };
}
