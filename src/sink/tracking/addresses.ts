/** Lists of IP addresses and ranges, and the ranges of search engine bots that Matomo drops. */
import { BlockList, isIP, isIPv4 } from 'node:net';

interface Range {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parseRange(text: string): Range | null {
  if (text.includes('*')) {
    const fixed = text.split('.').filter((part) => part !== '*').length;
    const address = text.replaceAll('*', '0');
    const isTail = /^(?:\d+\.)*\*(?:\.\*)*$/.test(text);
    return isTail && isIPv4(address) ? { address, prefix: fixed * 8, family: 'ipv4' } : null;
  }
  const [address = '', prefixText] = text.split('/');
  const version = isIP(address);
  if (version === 0) return null;
  const bits = version === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return null;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  return prefix <= bits ? { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' } : null;
}

/** True for an address, a CIDR range or an IPv4 wildcard such as `10.1.*.*`. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== null;
}

/** A test for membership in any of the ranges; whatever is not an address is in none. */
export function createAddressTest(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const text of ranges) {
    const range = parseRange(text);
    if (range) list.addSubnet(range.address, range.prefix, range.family);
  }
  if (list.rules.length === 0) return () => false;
  // The hits of a visit follow one another, so the last answer saves most checks.
  let last = { address: '', isIn: false };
  return (address) => {
    if (address === last.address) return last.isIn;
    const version = isIP(address);
    last = { address, isIn: version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6') };
    return last.isIn;
  };
}

/** Google, Bing, Yahoo and one crawler, as in Matomo 5.0.2: dropped whatever the browser says. */
const BOT_RANGES =
  '216.239.32.0/19 64.233.160.0/19 66.249.80.0/20 72.14.192.0/18 209.85.128.0/17 66.102.0.0/20 74.125.0.0/16 ' +
  '64.18.0.0/20 207.126.144.0/20 173.194.0.0/16 64.4.0.0/18 65.52.0.0/14 157.54.0.0/15 157.56.0.0/14 ' +
  '157.60.0.0/16 207.46.0.0/16 207.68.128.0/18 207.68.192.0/20 131.253.24.0/20 131.253.26.0/20 72.30.196.0/20 ' +
  '72.30.198.0/20 98.137.207.0/20 1.202.218.8/32';

export const isBotAddress = createAddressTest(BOT_RANGES.split(' '));
