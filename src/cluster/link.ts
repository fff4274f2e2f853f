/** Both ends of a channel within one process: a shard that is worked on here speaks as it would to a parent process. */
import type { Channel } from '../child.ts';
import type { ShardCommand, ShardEvent } from '../shards/protocol.ts';

export interface Link {
  /** For the one who works on the shard. */
  readonly parent: Channel<ShardEvent, ShardCommand>;
  command(command: ShardCommand): void;
  /** Nothing comes from the parent any more. */
  cut(): void;
}

/** @param onEvent gets what the one who works on the shard has to say; resolves when it is dealt with */
export function createLink(onEvent: (event: ShardEvent) => Promise<void>): Link {
  const listeners: ((command: ShardCommand) => void)[] = [];
  const goneListeners: ((how: string) => void)[] = [];
  let isCut = false;
  return {
    parent: {
      send: onEvent,
      onMessage: (listener) => void listeners.push(listener),
      onGone(listener) {
        if (isCut) listener('gone');
        else goneListeners.push(listener);
      },
    },
    command(command) {
      for (const listener of listeners) listener(command);
    },
    cut() {
      isCut = true;
      for (const listener of goneListeners.splice(0)) listener('gone');
    },
  };
}
