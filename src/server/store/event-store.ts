/** Events in their file, which every command reads, with an id for each. */
import * as z from 'zod';
import { parseEvents } from '../../config/files/events.ts';
import builtIn from '../../data/events.json' with { type: 'json' };
import { SettingsError } from '../../errors.ts';
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, type Row, text } from '../../ledger/sqlite/rows.ts';
import { oddityOf } from '../http/json-oddity.ts';
import { conflict, notFound } from '../http/refusal.ts';
import type { ListFile } from './list-files.ts';

export type EventKind = 'click_events' | 'random_events';
const KINDS: readonly EventKind[] = ['click_events', 'random_events'];

export const eventRecord = z.strictObject({
  category: z.string().trim().min(1).max(500),
  action: z.string().trim().min(1).max(500),
  name: z.string().trim().min(1).max(500),
  value: z.number().min(0).nullish(),
});
export type EventRecord = z.output<typeof eventRecord>;

const document = z.object({
  click_events: z.array(eventRecord).default([]),
  random_events: z.array(eventRecord).default([]),
  click_events_probability: z.number().nullish(),
  random_events_probability: z.number().nullish(),
});
export type EventDocument = z.output<typeof document>;

export interface StoredEvent extends EventRecord {
  readonly id: number;
}

export interface StoredEvents {
  readonly click_events_probability: number | null;
  readonly random_events_probability: number | null;
  readonly click_events: readonly StoredEvent[];
  readonly random_events: readonly StoredEvent[];
}

export interface EventStore {
  read(): { readonly source: 'custom' | 'default'; readonly config: StoredEvents };
  /** @throws Refusal for an id that is none */
  replace(id: number, event: EventRecord): StoredEvents;
  remove(id: number): StoredEvents;
  /** @throws SettingsError with everything that is wrong */
  replaceAll(content: string): StoredEvents;
  reset(): boolean;
}

interface IdRow {
  readonly id: number;
  readonly kind: string;
  readonly record: string;
}

function idRow(row: Row): IdRow {
  return { id: integer(row, 'id'), kind: text(row, 'kind'), record: text(row, 'record') };
}

/** The same for equal events. */
function keyOf({ category, action, name, value }: EventRecord): string {
  return JSON.stringify([category, action, name, value ?? null]);
}

function plain({ category, action, name, value }: EventRecord): EventRecord {
  return { category, action, name, ...(typeof value === 'number' ? { value } : {}) };
}

/** Without the ids that answers carry. @throws SettingsError, or SyntaxError for what is no JSON */
export function checkedDocument(content: string, subject: string): EventDocument {
  const input: unknown = JSON.parse(content);
  const oddity = oddityOf(input);
  if (oddity !== undefined) throw new SyntaxError(oddity);
  const bare = JSON.parse(JSON.stringify(input), (key, value) => (key === 'id' ? undefined : value));
  parseEvents(JSON.stringify(bare), subject);
  return document.parse(bare);
}

export function createEventStore(connection: Connection, file: ListFile): EventStore {
  function current(): { source: 'custom' | 'default'; document: EventDocument } {
    const content = file.read();
    if (content === undefined) return { source: 'default', document: document.parse(builtIn) };
    try {
      return { source: 'custom', document: checkedDocument(content, file.path) };
    } catch (error) {
      if (!(error instanceof SettingsError || error instanceof SyntaxError)) throw error;
      throw conflict('events-damaged', error.message, `Correct ${file.path}, or remove it.`);
    }
  }

  /** Each event keeps the id that an equal one has; a changed one keeps that of its place where that is free. */
  function withIds(
    events: EventDocument,
    kept?: { readonly id: number; readonly event: EventRecord },
  ): StoredEvents {
    const free = connection.rows('select * from event order by id', [], idRow);
    const take = (kind: EventKind, record: EventRecord): StoredEvent | undefined => {
      const wanted = keyOf(record);
      const index = free.findIndex((row) => row.kind === kind && row.record === wanted);
      const [row] = index < 0 ? [] : free.splice(index, 1);
      return row && { ...record, id: row.id };
    };
    const own = kept && free.findIndex(({ id }) => id === kept.id);
    if (kept && own !== undefined && own >= 0) {
      const row = free[own];
      if (row) free[own] = { ...row, record: keyOf(kept.event) };
    }
    const lists = KINDS.map((kind) => events[kind].map((record) => ({ record, stored: take(kind, record) })));
    const [click = [], random = []] = connection.write(() => {
      for (const { id } of free) connection.run('delete from event where id = ?', [id]);
      if (kept) connection.run('update event set record = ? where id = ?', [keyOf(kept.event), kept.id]);
      return lists.map((list, i) =>
        list.map(({ record, stored }) => {
          if (stored) return stored;
          const { id } = connection.run('insert into event (kind, record) values (?, ?)', [
            KINDS[i] ?? '',
            keyOf(record),
          ]);
          return { ...record, id };
        }),
      );
    });
    return {
      click_events_probability: events.click_events_probability ?? null,
      random_events_probability: events.random_events_probability ?? null,
      click_events: click,
      random_events: random,
    };
  }

  function write(events: StoredEvents | EventDocument): EventDocument {
    const { click_events_probability: click, random_events_probability: random } = events;
    const bare: EventDocument = {
      ...(typeof click === 'number' ? { click_events_probability: click } : {}),
      ...(typeof random === 'number' ? { random_events_probability: random } : {}),
      click_events: events.click_events.map(plain),
      random_events: events.random_events.map(plain),
    };
    file.write(`${JSON.stringify(bare, null, 2)}\n`);
    return bare;
  }

  function read() {
    const { source, document: events } = current();
    return { source, config: withIds(events) };
  }

  function change(id: number, next: (events: readonly StoredEvent[]) => StoredEvent[]): StoredEvents {
    const { config } = read();
    if (!KINDS.some((kind) => config[kind].some((event) => event.id === id))) throw notFound('Event');
    return { ...config, click_events: next(config.click_events), random_events: next(config.random_events) };
  }

  return {
    read,
    replace(id, event) {
      const changed = change(id, (events) =>
        events.map((old) => (old.id === id ? { ...plain(event), id } : old)),
      );
      return withIds(write(changed), { id, event });
    },
    remove: (id) => withIds(write(change(id, (events) => events.filter((event) => event.id !== id)))),
    replaceAll: (content) => withIds(write(checkedDocument(content, 'content'))),
    reset: file.remove,
  };
}
