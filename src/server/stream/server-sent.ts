/** The feed as server-sent events: catch-up by id, a comment every 15 s, and nobody's slowness fills our memory. */
import { every } from '../../run/clock.ts';
import type { Feed, FeedEvent, Topic } from './feed.ts';

const COMMENT_EVERY_MS = 15_000;
/** Bytes that may wait for a client; one that reads more slowly is let go, and comes back with its last id. */
const MOST_WAITING_BYTES = 1_000_000;
const RETRY_MS = 2000;

function encoded({ id, type, data }: Pick<FeedEvent, 'type' | 'data'> & { readonly id?: string }): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

export interface StreamRules {
  readonly feed: Feed;
  readonly topics: readonly Topic[];
  /** Of `Last-Event-ID`. */
  readonly lastId: string | undefined;
  /** Everything as it is now, for whoever has missed too much. */
  readonly snapshot: () => unknown;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** Cuts the connection. */
  readonly hangUp: () => void;
}

export function createEventStream(rules: StreamRules): ReadableStream<Uint8Array> {
  const { feed, topics, lastId, snapshot, signal, hangUp } = rules;
  const encoder = new TextEncoder();
  let end = () => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOpen = true;
        const write = (text: string) => {
          if (!isOpen) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) >= 0) return;
          // What waits for it is forgotten: it comes back with its last id.
          close();
          hangUp();
        };
        const unsubscribe = feed.subscribe(topics, (event) => write(encoded(event)));
        const stopComments = every(COMMENT_EVERY_MS, () => write(': still here\n\n'));
        const close = () => {
          if (!isOpen) return;
          isOpen = false;
          unsubscribe();
          stopComments();
          signal.removeEventListener('abort', close);
          // A reader that has gone leaves a stream that is closed already.
          try {
            controller.close();
          } catch {
            return;
          }
        };
        end = close;
        signal.addEventListener('abort', close);
        const missed = lastId === undefined ? undefined : feed.after(lastId, topics);
        write(`retry: ${RETRY_MS}\n\n`);
        if (missed) for (const event of missed) write(encoded(event));
        else write(encoded({ id: feed.lastId, type: 'snapshot', data: snapshot() }));
        if (signal.aborted) close();
      },
      cancel: () => end(),
    },
    { highWaterMark: MOST_WAITING_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
  );
}
