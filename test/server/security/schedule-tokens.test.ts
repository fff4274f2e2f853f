import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createProcessHost } from '../../../src/host.ts';
import { scheduleRecord } from '../../../src/server/schedule/schedule-record.ts';
import { createSchedules } from '../../../src/server/schedule/schedules.ts';
import { openDatabase } from '../../../src/server/store/database.ts';
import { createSecrets } from '../../../src/server/store/secrets.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'trafficinator-schedule-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TOKEN = '7'.repeat(32);

describe('the token of a schedule', () => {
  it('is kept encrypted, shown masked, and given to what it starts, until it is removed', async () => {
    const connection = await openDatabase(createProcessHost(), join(folder, 'control.db'));
    const secrets = createSecrets(connection, Buffer.alloc(32, 7));
    const given: Record<string, string>[] = [];
    const log = { info: () => {}, warning: () => {}, error: () => {}, defect: () => {} };
    const schedules = createSchedules({
      connection,
      clock: new VirtualClock(0),
      log,
      secrets,
      start: async (_, tokens) => given.push(Object.fromEntries(tokens)),
    });
    const record = (settings: Record<string, string>) =>
      scheduleRecord.parse({ name: 'nightly', cron: '30 2 * * *', command: 'run', settings });
    const { id } = schedules.create(record({ TARGET_VISITS_PER_DAY: '5', matomo_token_auth: TOKEN }));
    const shown = schedules.get(id).record;
    expect(shown.settings).toEqual({ TARGET_VISITS_PER_DAY: '5', matomo_token_auth: '***MASKED***' });
    await schedules.startNow(id);
    // What comes back masked is the one that is kept.
    schedules.replace(id, { ...shown, cron: '30 3 * * *' });
    await schedules.startNow(id);
    for (const name of readdirSync(folder)) {
      expect([name, readFileSync(join(folder, name)).includes(TOKEN)]).toEqual([name, false]);
    }
    schedules.replace(id, record({ TARGET_VISITS_PER_DAY: '5' }));
    await schedules.startNow(id);
    expect(given).toEqual([{ MATOMO_TOKEN_AUTH: TOKEN }, { MATOMO_TOKEN_AUTH: TOKEN }, {}]);
    schedules.remove(id);
    expect(secrets.read(`schedule ${id}`).size).toBe(0);
    connection.close();
  });
});
