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

/** First two groups of a prefix of at most 32 bits, `2001:2040`. */
function ipv6Head(range: string): string {
  const groups = (range.split('/')[0] ?? '').split(':');
  return `${groups[0] || '0'}:${groups[1] || '0'}`;
}

/** @param classCount how many classes of visitors there are */
export function createAddressBook(country: Country, classCount: number): AddressBook {
  const blocks = blocksOf(country.ipv4);
  const size = blocks.at(-1)?.upTo ?? 0;
  const rows = Math.max(1, Math.floor(size / classCount));
  const heads = country.ipv6.map(ipv6Head);

  function ipv4(lane: number, row: number): string {
    const rank = (lane + classCount * row) % size;
    const block = blocks.find((candidate) => rank < candidate.upTo) as Block;
    const before = blocks[blocks.indexOf(block) - 1]?.upTo ?? 0;
    return formatIpv4(block.first + rank - before);
  }

  /** The network names the visitor, one to one over 32 bits; the rest of the address is arbitrary. */
  function ipv6(visitorNumber: number, stream: RandomStream): string {
    const network = Math.imul(visitorNumber | 0, 0x9e3779b1) >>> 0;
    const head = heads[visitorNumber % heads.length] ?? '';
    const group = () => Math.floor(stream.next() * 0xffff + 1).toString(16);
    const high = (network >>> 16).toString(16);
    const low = (network & 0xffff).toString(16);
    return `${head}:${high}:${low}:${group()}:${group()}:${group()}:${group()}`;
  }

  return {
    addressOf(visitorNumber, lane, stream) {
      const isIpv6 = heads.length > 0 && (stream.next() < IPV6_SHARE || lane >= size);
      return isIpv6 ? ipv6(visitorNumber, stream) : ipv4(lane, Math.floor(stream.next() * rows));
    },
  };
}
