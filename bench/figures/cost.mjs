// Cost of a hit in one process: processor time of all of its threads, and what of it is generation, HTTP, accounting and durability.
import { BULK_ENVIRONMENT, replaySingle, workerBackfill, workerPlan } from './sides.mjs';
import { CONNECTIONS, SINGLE_ENVIRONMENT } from './single.mjs';

export const title = 'cost of a hit';
export const unit = 'µs of processor time';

function costOf(measure) {
  return async () => {
    const { 'µs CPU/hit': value, value: rate, ...rest } = await measure();
    return { value, 'hits/s': rate, ...rest };
  };
}

/** Each part takes another one along: what it costs by itself is the difference. */
export function plan(laboratory, { seconds }) {
  const { server, earlier } = laboratory;
  const sent = (ledger, environment, of) =>
    costOf(workerBackfill(laboratory, seconds, ledger, environment, of));
  const sides = [
    { name: 'planned and encoded', measure: costOf(workerPlan(laboratory, seconds)) },
    { name: 'bulk, without accounting', measure: sent('none', BULK_ENVIRONMENT) },
    { name: 'bulk, ledger in memory', measure: sent('memory', BULK_ENVIRONMENT) },
    { name: 'bulk', measure: sent('sqlite', BULK_ENVIRONMENT) },
    {
      name: 'single, one body again and again',
      measure: costOf(replaySingle(laboratory, CONNECTIONS, seconds)),
    },
    { name: 'single, without accounting', measure: sent('none', SINGLE_ENVIRONMENT) },
    { name: 'single, ledger in memory', measure: sent('memory', SINGLE_ENVIRONMENT) },
    { name: 'single', measure: sent('sqlite', SINGLE_ENVIRONMENT), wanted: { of: 'value', atMost: 24 } },
  ];
  const before = earlier
    ? [
        {
          name: `planned and encoded, ${earlier.ref}`,
          measure: costOf(workerPlan(laboratory, seconds, earlier)),
        },
        { name: `bulk, ${earlier.ref}`, measure: sent('sqlite', BULK_ENVIRONMENT, earlier) },
        { name: `single, ${earlier.ref}`, measure: sent('sqlite', SINGLE_ENVIRONMENT, earlier) },
      ]
    : [];
  const peers = new Set(before.map(({ name }) => name));
  const ratios = sides.map((side) => {
    const against = earlier && `${side.name}, ${earlier.ref}`;
    return peers.has(against) ? { ...side, against } : side;
  });
  return {
    conditions: [server.kind, '50 connections for single hits, 16 for bulk', `${seconds} s`],
    sides: [...before, ...ratios],
  };
}
