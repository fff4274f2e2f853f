/** One stream for all tabs of the page: a browser opens six connections to a host, and one tab holds the stream for all. */

interface Shared {
  readonly type: string;
  readonly data: unknown;
}

export interface SharedStream {
  /** @returns ends listening, and the stream where this tab holds it */
  listen(onEvent: (type: string, data: unknown) => void): () => void;
}

const NAME = 'trafficinator-stream';

/**
 * @param open starts the stream in this tab. @param current what a tab that joins late needs to know
 */
export function shareStream(
  open: (onEvent: (type: string, data: unknown) => void) => () => void,
  current: () => readonly Shared[],
): SharedStream {
  return {
    listen(onEvent) {
      if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) return open(onEvent);
      const channel = new BroadcastChannel(NAME);
      const over = new AbortController();
      let close: (() => void) | undefined;
      channel.onmessage = ({ data }: MessageEvent<Shared | 'hello'>) => {
        if (data !== 'hello') onEvent(data.type, data.data);
        else if (close) for (const event of current()) channel.postMessage(event);
      };
      const lead = () =>
        new Promise<void>((resolve) => {
          close = open((type, data) => {
            onEvent(type, data);
            channel.postMessage({ type, data } satisfies Shared);
          });
          over.signal.addEventListener('abort', () => resolve());
        });
      // Rejected only when this tab stops listening before it came to lead.
      navigator.locks.request(NAME, { signal: over.signal }, lead).catch(() => {});
      channel.postMessage('hello');
      return () => {
        close?.();
        over.abort();
        channel.close();
      };
    },
  };
}
