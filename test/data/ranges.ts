/** IPv4 arithmetic for the address checks: a range is a pair of 32-bit numbers, both included. */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

function toNumber(address: string): number {
  return address.split('.').reduce((total, part) => total * 256 + Number(part), 0);
}

export function toRange(cidr: string): AddressRange {
  const [address = '', prefix = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  const start = Math.floor(toNumber(address) / size) * size;
  return { start, end: start + size - 1 };
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** What Matomo drops as bots, whatever the browser. */
export const BOT_RANGES = `
  216.239.32.0/19 64.233.160.0/19 66.249.80.0/20 72.14.192.0/18 209.85.128.0/17 66.102.0.0/20 74.125.0.0/16
  64.18.0.0/20 207.126.144.0/20 173.194.0.0/16 64.4.0.0/18 65.52.0.0/14 157.54.0.0/15 157.56.0.0/14 157.60.0.0/16
  207.46.0.0/16 207.68.128.0/18 207.68.192.0/20 131.253.24.0/20 131.253.26.0/20 72.30.196.0/20 72.30.198.0/20
  98.137.207.0/20 1.202.218.8/32`
  .trim()
  .split(/\s+/);

/** Private, shared, documentation, benchmark, multicast and other special ranges: IANA's registry. */
export const RESERVED_RANGES = `
  0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`
  .trim()
  .split(/\s+/);

/** A few large blocks of hosting companies, as they publish them: visitors never come from there. */
export const CLOUD_RANGES = `
  3.0.0.0/9 13.32.0.0/12 18.128.0.0/9 52.0.0.0/10 54.64.0.0/11 34.64.0.0/10 35.184.0.0/13 20.33.0.0/16 20.64.0.0/10
  40.64.0.0/10 104.16.0.0/13 172.64.0.0/13 5.9.0.0/16 88.198.0.0/16 95.216.0.0/15 116.202.0.0/15 51.68.0.0/16
  54.36.0.0/14 137.74.0.0/16 159.65.0.0/16 167.99.0.0/16 139.162.0.0/16 172.104.0.0/15 132.145.0.0/16 47.88.0.0/14`
  .trim()
  .split(/\s+/);
