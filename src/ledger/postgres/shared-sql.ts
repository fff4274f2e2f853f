/** Parts of the statements about runs that workers share. */

/** Told to all who listen when something changes that they should look at. */
export const CHANNEL = 'trafficinator';

export const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;
export const NEXT = (name: string) =>
  `update trafficinator.counter set value = value + 1 where name = '${name}' returning value`;
export const NOW = 'clock_timestamp()';
export const NOTIFY = `pg_notify('${CHANNEL}', '')`;
