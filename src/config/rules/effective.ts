/** Values in force that follow from more than one setting. */
import type { SettingsCommand } from '../schema/setting.ts';
import type { Settings } from '../schema/settings.ts';

/** Visits of a backfilled day: the target, clipped by the backfill's own cap of a day. */
export function backfillVisitsPerDay(settings: Settings): number {
  const { visitsPerDay, backfillMaxVisitsPerDay } = settings;
  return backfillMaxVisitsPerDay === 0 ? visitsPerDay : Math.min(visitsPerDay, backfillMaxVisitsPerDay);
}

/** The seed that the traffic is drawn from; without one, the same target always gets the same traffic. */
export function effectiveSeed(settings: Settings, command: SettingsCommand): string {
  const own = command === 'backfill' ? settings.backfillSeed : undefined;
  return own ?? settings.seed ?? `${settings.matomoUrl ?? 'embedded endpoint'} site ${settings.siteId}`;
}

/** Active hours in minutes after local midnight; an end before the start lies on the next day. */
export interface ActiveMinutes {
  readonly startMinute: number;
  readonly endMinute: number;
}

export function activeMinutes(activeHours: string): ActiveMinutes {
  const [startMinute = 0, endMinute = 0] = activeHours.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return { startMinute, endMinute };
}
