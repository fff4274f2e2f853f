/** Whoever is told how runs end: webhooks and e-mail addresses; their secrets are encrypted at rest and never shown. */
import * as z from 'zod';
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, json, type Row } from '../../ledger/sqlite/rows.ts';
import type { Clock } from '../../types/clock.ts';
import { conflict, notFound } from '../http/refusal.ts';
import type { Secrets } from '../store/secrets.ts';
import { MASKED } from '../store/secrets.ts';
import type { ServiceLog } from '../stream/service-log.ts';
import { sendMail } from './email.ts';
import { REASONS, type Reason, type RunNews, SHAPES, shapeOf } from './messages.ts';
import { postNotification } from './webhook.ts';

const on = z.array(z.enum(REASONS)).default(['failed', 'losses', 'threshold', 'verification']);
const name = z.string().trim().min(1).max(100);
const address = z.email().max(200);

const isHttp = (text: string) => text === MASKED || (/^https?:\/\//i.test(text) && URL.canParse(text));
const isSmtp = (text: string) => text === MASKED || (/^smtps?:\/\//i.test(text) && URL.canParse(text));

export const channelRecord = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    name,
    on,
    isEnabled: z.boolean().default(true),
    url: z.string().max(2000).refine(isHttp, 'An http(s) address is needed'),
    shape: z.enum(SHAPES).optional(),
  }),
  z.strictObject({
    kind: z.literal('email'),
    name,
    on,
    isEnabled: z.boolean().default(true),
    server: z.string().max(500).refine(isSmtp, 'An smtp:// or smtps:// address is needed'),
    from: address,
    to: z.array(address).min(1).max(20),
  }),
]);
export type ChannelRecord = z.output<typeof channelRecord>;

export interface Channel {
  readonly id: number;
  /** With its address masked. */
  readonly record: ChannelRecord;
}

export interface Channels {
  list(): Channel[];
  get(id: number): Channel;
  create(record: ChannelRecord): Channel;
  /** A masked address stays as it is. */
  replace(id: number, record: ChannelRecord): Channel;
  remove(id: number): void;
  /** Tells everybody who wants to know; what fails is logged. */
  tell(news: RunNews): Promise<void>;
  /** @throws UserError where it does not arrive */
  test(id: number): Promise<void>;
}

const secretName = (id: number) => `channel ${id}`;
const secretOf = (record: ChannelRecord) => (record.kind === 'webhook' ? record.url : record.server);

function withSecret(record: ChannelRecord, secret: string): ChannelRecord {
  return record.kind === 'webhook' ? { ...record, url: secret } : { ...record, server: secret };
}

function rowOf(row: Row): Channel {
  return { id: integer(row, 'id'), record: channelRecord.parse(json(row, 'record')) };
}

const TEST: Omit<RunNews, 'startedAt' | 'endedAt'> = {
  reason: 'test',
  subject: 'this',
  text: 'Nothing was sent to any Matomo.',
  exitCode: 0,
  hits: null,
  visits: null,
};

export function createChannels({
  connection,
  secrets,
  clock,
  log,
}: {
  readonly connection: Connection;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: ServiceLog;
}): Channels {
  const list = () => connection.rows('select id, record from channel order by id', [], rowOf);

  function get(id: number): Channel {
    const found = list().find((channel) => channel.id === id);
    if (!found) throw notFound('Notification');
    return found;
  }

  function refuseDouble(own: string, id?: number): void {
    if (list().some((channel) => channel.record.name === own && channel.id !== id)) {
      throw conflict('channel-exists', 'There is a notification of that name', 'Choose another name.');
    }
  }

  async function deliver({ id, record }: Channel, news: RunNews): Promise<void> {
    const full = withSecret(record, secrets.read(secretName(id)).get('address') ?? '');
    if (full.kind === 'webhook')
      await postNotification(full.url, news, clock, full.shape ?? shapeOf(full.url));
    else await sendMail(full, news);
  }

  function save(id: number, record: ChannelRecord): void {
    const secret = secretOf(record);
    if (secret !== MASKED) secrets.write(secretName(id), new Map([['address', secret]]));
  }

  const isWanted = ({ record }: Channel, reason: Reason) => record.isEnabled && record.on.includes(reason);

  return {
    list,
    get,
    create(record) {
      refuseDouble(record.name);
      const values = [record.name, JSON.stringify(withSecret(record, MASKED)), clock.now()];
      return connection.write(() => {
        const sql = 'insert into channel (name, record, created_ms) values (?, ?, ?)';
        const { id } = connection.run(sql, values);
        save(id, record);
        return get(id);
      });
    },
    replace(id, record) {
      get(id);
      refuseDouble(record.name, id);
      const values = [record.name, JSON.stringify(withSecret(record, MASKED)), id];
      return connection.write(() => {
        connection.run('update channel set name = ?, record = ? where id = ?', values);
        save(id, record);
        return get(id);
      });
    },
    remove(id) {
      get(id);
      connection.write(() => {
        secrets.write(secretName(id), new Map());
        connection.run('delete from channel where id = ?', [id]);
      });
    },
    async tell(news) {
      const wanted = list().filter((channel) => isWanted(channel, news.reason));
      await Promise.all(
        wanted.map((channel) =>
          deliver(channel, news).catch((error: unknown) => {
            log.warning(
              `Notification ${channel.record.name}: ${error instanceof Error ? error.message : error}`,
            );
          }),
        ),
      );
    },
    async test(id) {
      const now = new Date(clock.now()).toISOString();
      await deliver(get(id), { ...TEST, startedAt: now, endedAt: now });
    },
  };
}
