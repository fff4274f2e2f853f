/** Timezones as Matomo names them: IANA names, and fixed ones such as `UTC+5.5`. */
import { FixedOffsetZone, IANAZone, type Zone } from 'luxon';

const FIXED = /^UTC([+-]\d{1,2}(?:\.\d+)?)$/;

export function isZone(name: string): boolean {
  return FIXED.test(name) || IANAZone.isValidZone(name);
}

/** @param name of a timezone that there is */
export function zoneNamed(name: string): Zone {
  const [, hours] = FIXED.exec(name) ?? [];
  return hours === undefined ? IANAZone.create(name) : FixedOffsetZone.instance(Number(hours) * 60);
}
