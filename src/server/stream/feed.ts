/** What happens, as events with ids: whoever was away for a while gets what was missed. */
import { randomBytes } from 'node:crypto';

export type Topic = 'jobs' | 'logs' | 'store';

export interface FeedEvent {
  /** Of this service's life, then a number that rises by one. */
  readonly id: string;
  readonly topic: Topic;
  /** What kind of event, such as `job` or `point`. */
  readonly type: string;
  readonly data: unknown;
}

/** Events that are kept for those who come back. */
const MOST_EVENTS = 3000;

export interface Feed {
  publish(topic: Topic, type: string, data: unknown): void;
  /** @returns a function that ends the subscription */
  subscribe(topics: readonly Topic[], listener: (event: FeedEvent) => void): () => void;
  /** Events after the id, oldest first; undefined where too much was missed, or the id is of an earlier life. */
  after(id: string, topics: readonly Topic[]): FeedEvent[] | undefined;
  /** Id of the newest event. */
  readonly lastId: string;
  readonly subscribers: number;
}

export function createFeed(): Feed {
  const life = randomBytes(4).toString('hex');
  const kept: FeedEvent[] = [];
  const listeners = new Map<(event: FeedEvent) => void, readonly Topic[]>();
  let count = 0;
  return {
    publish(topic, type, data) {
      count++;
      const event = { id: `${life}-${count}`, topic, type, data };
      kept.push(event);
      // Many at once: each is a copy of the rest.
      if (kept.length > MOST_EVENTS * 1.5) kept.splice(0, kept.length - MOST_EVENTS);
      for (const [listener, topics] of [...listeners]) if (topics.includes(topic)) listener(event);
    },
    subscribe(topics, listener) {
      listeners.set(listener, topics);
      return () => void listeners.delete(listener);
    },
    after(id, topics) {
      const [theirLife, text = ''] = id.split('-');
      const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      const oldest = count - kept.length;
      if (theirLife !== life || !(number >= oldest) || number > count) return undefined;
      return kept.slice(number - oldest).filter(({ topic }) => topics.includes(topic));
    },
    get lastId() {
      return `${life}-${count}`;
    },
    get subscribers() {
      return listeners.size;
    },
  };
}
