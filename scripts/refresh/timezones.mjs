// Writes src/data/timezones.json: how far each timezone is from UTC, and since when, from 1990 on.
//
// The facts are those of one release of the IANA Time Zone Database (public domain), as the package moment-timezone
// (MIT) carries it, compiled up to the year 2499. The release is named in the file. To take a newer one: install that version of
// the package, run this, and say in CHANGELOG.md which zones' days change.
//
// A zone is a text: its offset in 1990, then for each change `/`, the minutes since the change before (since 1970 for
// the first one) in base 36, `=`, and the new offset. Offsets are minutes to add to UTC. Where the zone's years
// have all been alike since some change, two rules `month,day,weekday,minute=offset` stand in place of those after it,
// each behind a `;`: from the first such weekday (0 is Sunday) on or after that day of the month (1 is January), at
// that minute of the old offset's clock, the new offset holds.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const START = Date.UTC(1990, 0, 1) / 60_000;
/** The package's data end here. */
const LAST_YEAR = 2499;
/** Years that must be alike before they are taken for a rule. */
const FEWEST_YEARS = 8;
const DAY_MINUTES = 1440;
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX';

const require = createRequire(import.meta.url);
const { version, zones, links } = JSON.parse(
  readFileSync(require.resolve('moment-timezone/data/packed/latest.json'), 'utf8'),
);

/** A number of minutes in base 60 with seconds as its fraction, as the package packs it. */
function unpack(text) {
  const [, sign, whole, fraction = ''] = /^(-?)([^.]*)\.?(.*)$/.exec(text);
  let value = 0;
  for (const digit of whole) value = value * 60 + DIGITS.indexOf(digit);
  let part = 1;
  for (const digit of fraction) {
    part /= 60;
    value += DIGITS.indexOf(digit) * part;
  }
  return sign === '-' ? -value : value;
}

/** Offsets and changes from the start on: `{ first, changes: [{ at, offset }] }`, in minutes. */
function historyOf(packed) {
  const [, , offsets, indices, diffs] = packed.split('|');
  // The package counts west of Greenwich as positive.
  const known = offsets.split(' ').map((text) => -unpack(text));
  const all = [...indices].map((digit) => known[DIGITS.indexOf(digit)]);
  let at = 0;
  let first = all[0];
  const changes = [];
  (diffs === '' ? [] : diffs.split(' ')).forEach((diff, i) => {
    at += unpack(diff);
    const offset = all[i + 1];
    const before = changes.at(-1)?.offset ?? first;
    if (at < START) first = offset;
    else if (offset !== before) changes.push({ at: Math.round(at), offset });
  });
  const isWhole = [first, ...changes.map(({ offset }) => offset)].every(Number.isInteger);
  if (!isWhole) throw new Error(`${packed.split('|')[0]} has an offset of seconds after 1990`);
  return { first: first === 0 ? 0 : first, changes };
}

/** The local date and minute that the old offset's clock shows at a change. */
function localOf(change, before) {
  const local = change.at + before;
  const day = Math.floor(local / DAY_MINUTES);
  const date = new Date(day * 86_400_000);
  return { year: date.getUTCFullYear(), day, weekday: date.getUTCDay(), minute: local - day * DAY_MINUTES };
}

function dayOfRule({ month, day, weekday }, year) {
  const earliest = Date.UTC(year, month - 1, day) / 86_400_000;
  return earliest + ((((weekday - (earliest + 4)) % 7) + 7) % 7);
}

/** The rule that such changes of successive years follow, or undefined. */
function ruleOf(dates, offset) {
  const { weekday, minute } = dates[0];
  if (!dates.every((date) => date.weekday === weekday && date.minute === minute)) return undefined;
  const month = new Date(dates[0].day * 86_400_000).getUTCMonth() + 1;
  const days = dates.map(({ year, day }) => day - Date.UTC(year, month - 1, 1) / 86_400_000 + 1);
  const day = Math.min(...days);
  if (Math.max(...days) !== day + 6) return undefined;
  const rule = { month, day, weekday, minute, offset };
  return dates.every((date) => dayOfRule(rule, date.year) === date.day) ? rule : undefined;
}

/** Cuts the changes that two rules a year stand for; the rules are undefined where the years differ. */
function withRules({ first, changes }) {
  const before = (i) => (i === 0 ? first : changes[i - 1].offset);
  const dates = changes.map((change, i) => localOf(change, before(i)));
  for (let from = 0; from + 2 * FEWEST_YEARS <= changes.length; from++) {
    const rest = changes.slice(from);
    if (rest.length % 2 !== 0 || dates.at(-1).year !== LAST_YEAR) continue;
    const rules = [0, 1].map((parity) => {
      const alike = rest.filter((_, i) => i % 2 === parity);
      if (alike.some(({ offset }) => offset !== alike[0].offset)) return undefined;
      return ruleOf(
        dates.slice(from).filter((_, i) => i % 2 === parity),
        alike[0].offset,
      );
    });
    const areYearly = dates
      .slice(from)
      .every(({ year }, i) => i < 2 || year === dates[from + i - 2].year + 1);
    if (areYearly && rules.every(Boolean)) return { first, changes: changes.slice(0, from + 1), rules };
  }
  return { first, changes, rules: [] };
}

function textOf({ first, changes, rules }) {
  let last = 0;
  const parts = changes.map(({ at, offset }) => {
    const delta = at - last;
    last = at;
    return `/${delta.toString(36)}=${offset}`;
  });
  const yearly = rules.map(
    ({ month, day, weekday, minute, offset }) => `;${month},${day},${weekday},${minute}=${offset}`,
  );
  return [first, ...parts, ...yearly].join('');
}

const texts = new Map(zones.map((packed) => [packed.split('|')[0], textOf(withRules(historyOf(packed)))]));
const names = new Map();
for (const link of links) {
  const [target, name] = link.split('|');
  names.set(name, target);
}
/** One text may be that of many zones since 1990: each is written once. */
const firstOf = new Map();
for (const [name, text] of texts) {
  if (firstOf.has(text)) names.set(name, firstOf.get(text));
  else firstOf.set(text, name);
}
function ownerOf(name) {
  const text = texts.get(name) ?? texts.get(names.get(name));
  if (text === undefined) throw new Error(`${name} is linked to a zone that the package lacks`);
  return firstOf.get(text);
}
const aliases = new Map([...firstOf.values()].map((name) => [name, []]));
for (const name of [...names.keys()].sort()) aliases.get(ownerOf(name)).push(name);
const rows = [...firstOf].map(([text, name]) => JSON.stringify([name, text, ...aliases.get(name)]));

const file = new URL('../../src/data/timezones.json', import.meta.url);
writeFileSync(file, `{"release":"${version}","zones":[\n${rows.join(',\n')}\n]}\n`);
console.error(`IANA ${version}: ${texts.size} zones, ${rows.length} different ones since 1990`);
