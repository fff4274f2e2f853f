/** Timezones as Matomo names them: IANA names, and fixed ones such as `UTC+5.5`. */
import { FixedOffsetZone, IANAZone, type Zone } from 'luxon';

const FIXED = /^UTC([+-]\d{1,2}(?:\.\d+)?)$/;

/** Undefined where there is no timezone of that name. */
export function zoneNamed(name: string): Zone | undefined {
  const [, hours] = FIXED.exec(name) ?? [];
  if (hours !== undefined) return FixedOffsetZone.instance(Number(hours) * 60);
  return IANAZone.isValidZone(name) ? IANAZone.create(name) : undefined;
}
