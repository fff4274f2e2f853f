import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveJob } from '../../job/live-job.ts';
import { trafficSettings } from '../../plan/fixtures.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { type CountedDatabase, openCountedDatabase } from './counted-database.ts';
import { Simulation } from './simulation.ts';

const WORKERS = 1000;
const CAP = 20_000;

/** Many more visits than the cap lets in: each shard has enough for its share. */
const JOB = liveJob({ traffic: trafficSettings({ visitsPerDay: 200_000 }), dailyCap: CAP });

let server: PostgresServer;
let database: CountedDatabase;
let simulation: Simulation;
beforeAll(async () => {
  server = await startPostgres();
  database = await openCountedDatabase(await server.createDatabase());
  simulation = new Simulation(database, JOB);
});
afterAll(async () => {
  await simulation.close();
  await database.close();
  await server.remove();
}, 900_000);

describe('1,000 workers on one run', () => {
  it('have each shard once, reach the cap exactly, and send their first hit soon', async () => {
    await simulation.startWorkers(WORKERS);
    const fromMs = simulation.clock.now();
    const before = database.calls.made;
    await simulation.carryOut(WORKERS);
    const { claims, admitted, startMs, firstHitMs } = simulation;

    expect(claims.map(({ shard }) => shard).sort((a, b) => a - b)).toEqual(
      Array.from({ length: WORKERS }, (_, i) => i + 1),
    );
    expect(new Set(claims.map(({ worker }) => worker)).size).toBe(WORKERS);
    expect(new Set(claims.map(({ epoch }) => epoch)).size).toBe(WORKERS);

    expect(admitted.length).toBe(CAP);
    expect(new Set(admitted).size).toBe(CAP);
    expect(await simulation.admittedInLedger()).toBe(CAP);

    // A few calls for each worker: none of them wakes all others.
    expect((database.calls.made - before) / WORKERS).toBeLessThan(40);

    // In the clock's time, in which the database takes none.
    expect(startMs - fromMs).toBeLessThanOrEqual(2_000);
    expect(firstHitMs - startMs).toBeLessThanOrEqual(1_000);
  });
});
