/** Timezones as Matomo names them: IANA names, by the data that come with the package, and fixed ones such as `UTC+5.5`. */
import { FixedOffsetZone, Zone } from 'luxon';
import data from '../data/timezones.json' with { type: 'json' };

const FIXED = /^UTC([+-]\d{1,2}(?:\.\d+)?)$/;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** From the instant on, so many minutes are to be added to UTC. */
interface Change {
  readonly fromMs: number;
  readonly minutes: number;
}

/** A change of every year, `month,day,weekday,minute=offset`: that weekday on or after the day of the month. */
function changeIn(year: number, rule: string, minutesBefore: number): Change {
  const [when = '', offset] = rule.split('=');
  const [month = 1, day = 1, weekday = 0, minute = 0] = when.split(',').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  while (date.getUTCDay() !== weekday) date.setTime(date.getTime() + DAY_MS);
  return { fromMs: date.getTime() + (minute - minutesBefore) * MINUTE_MS, minutes: Number(offset) };
}

class DataZone extends Zone {
  readonly #name: string;
  readonly #changes: Change[];
  readonly #rules: readonly string[];

  /** @param text as `scripts/refresh/timezones.mjs` explains it */
  constructor(name: string, text: string) {
    super();
    const [history = '', ...rules] = text.split(';');
    const [first, ...changes] = history.split('/');
    this.#name = name;
    this.#rules = rules;
    this.#changes = [{ fromMs: Number.NEGATIVE_INFINITY, minutes: Number(first) }];
    let atMs = 0;
    for (const change of changes) {
      const [since = '', offset] = change.split('=');
      atMs += Number.parseInt(since, 36) * MINUTE_MS;
      this.#changes.push({ fromMs: atMs, minutes: Number(offset) });
    }
  }

  override get name(): string {
    return this.#name;
  }

  override get type(): string {
    return 'data';
  }

  override get isUniversal(): boolean {
    return false;
  }

  override get isValid(): boolean {
    return true;
  }

  override equals(other: Zone): boolean {
    return other instanceof DataZone && other.name === this.#name;
  }

  override offset(ms: number): number {
    return (
      this.#yearlyChange(ms)?.minutes ?? this.#changes.findLast(({ fromMs }) => fromMs <= ms)?.minutes ?? 0
    );
  }

  /** The last change before the instant that a rule makes; undefined up to the last change that is listed. */
  #yearlyChange(ms: number): Change | undefined {
    const last = this.#changes.at(-1);
    if (last === undefined || ms < last.fromMs + DAY_MS) return undefined;
    const year = new Date(ms).getUTCFullYear();
    const [one = '', other = ''] = this.#rules;
    if (one === '') return undefined;
    const minutesOf = (rule: string) => Number(rule.split('=')[1]);
    return [year - 1, year, year + 1]
      .flatMap((each) => [changeIn(each, one, minutesOf(other)), changeIn(each, other, minutesOf(one))])
      .sort((a, b) => a.fromMs - b.fromMs)
      .findLast(({ fromMs }) => fromMs <= ms && fromMs >= last.fromMs);
  }
}

const zones = new Map<string, Zone>();

/** Undefined where there is no timezone of that name. */
function findZone(name: string): Zone | undefined {
  const [, hours] = FIXED.exec(name) ?? [];
  if (hours !== undefined) return FixedOffsetZone.instance(Number(hours) * 60);
  const wanted = name.toLowerCase();
  const row = data.zones.find(([first, , ...others]) =>
    [first, ...others].some((each) => each?.toLowerCase() === wanted),
  );
  return row?.[1] === undefined ? undefined : new DataZone(name, row[1]);
}

export function isZone(name: string): boolean {
  return findZone(name) !== undefined;
}

/** @param name of a timezone that there is */
export function zoneNamed(name: string): Zone {
  const zone = zones.get(name) ?? findZone(name);
  if (zone === undefined) throw new RangeError(`expected the name of a timezone, found ${name}`);
  zones.set(name, zone);
  return zone;
}
