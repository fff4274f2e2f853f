import { afterAll, describe, expect, it } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts';
import { createRandomSource } from '../../src/plan/random.ts';
import { eventually, openEndpoint, SUPER_TOKEN } from '../job/endpoint.ts';
import { jsonLines, Workplace, zoneAtNoon } from '../process/binary.ts';

const CAP = 200;
const KILLS = 6;
const place = new Workplace();
afterAll(() => place.remove());

/** Visits that the ledger has let in on the day. */
async function admitted(date: string): Promise<number> {
  const ledger = await openSqliteLedger(place.file('ledger.db'));
  const [run] = await ledger.runs({ limit: 1 });
  if (!run) throw new Error('expected a run');
  const { url, site, shard } = run;
  const count = await ledger.admitted({ url, site, shard, date });
  await ledger.close();
  return count;
}

describe('a daily cap', () => {
  it('holds over runs that are killed, and is reached', async () => {
    const endpoint = await openEndpoint();
    // In the timezone below, where it is noon.
    const today = new Date().toISOString().slice(0, 10);
    const args =
      `run --force --json --timezone ${zoneAtNoon()} --visits-per-day 1000000 --daily-cap ${CAP} --seed cap`.split(
        ' ',
      );
    const env = { MATOMO_URL: endpoint.url, MATOMO_TOKEN_AUTH: SUPER_TOKEN };
    const chance = createRandomSource('cap').stream(1, 0, 0);
    const visits = () => endpoint.sink.recorded().visits;
    for (let i = 0; i < KILLS; i++) {
      const running = place.start(args, env);
      // So few that much of the cap is left in the end, though a slow machine lets more in before it comes to the kill.
      const enough = visits() + 3 + Math.floor(chance.next() * 9);
      await eventually(() => visits() >= enough, 'some visits');
      running.child.kill('SIGKILL');
      await running.finished;
      expect(visits()).toBeLessThanOrEqual(CAP);
    }
    const before = visits();
    // A kill may lose what was counted and had not left.
    const lost = (await admitted(today)) - before;
    expect(lost).toBeGreaterThanOrEqual(0);
    expect(lost).toBeLessThan(CAP / 2);
    const finished = await place.run([...args, '--for', '25s', '--graceful-stop', '0s'], env);
    expect(finished.code).toBe(0);
    const { total } = jsonLines(finished);
    expect(total.reasons.capped).toBeGreaterThan(0);
    expect(visits()).toBeGreaterThan(before);
    expect(visits()).toBeLessThanOrEqual(CAP);
    // The cap is used up but for that.
    expect(visits()).toBeGreaterThanOrEqual(CAP - lost);
    expect(await admitted(today)).toBe(CAP);

    const again = await place.run([...args, '--for', '2s', '--graceful-stop', '0s'], env);
    expect(jsonLines(again).total.hits.accepted).toBe(0);
    expect(visits()).toBeLessThanOrEqual(CAP);
    await endpoint.sink.close();
  });
});
