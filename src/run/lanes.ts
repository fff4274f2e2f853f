/** Batches that wait for room: at most one of a lane at a time is out, the others keep their order. */
import type { Batch } from '../types/delivery.ts';

export interface Lanes {
  add(batch: Batch): void;
  /** The batch that has waited longest among the free lanes. */
  readonly first: Batch | undefined;
  /** Takes the first batch; its lane is then taken until released. */
  take(): Batch | undefined;
  release(lane: number): void;
  /** Batches that wait. */
  readonly size: number;
  /** The batches that wait, about in the order in which they will leave. */
  readonly waiting: Iterable<Batch>;
}

/** First in, first out, in constant time. */
class Queue<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  /** The item with so many before it. */
  at(place: number): T | undefined {
    return this.items[this.head + place];
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    const item = this.items[this.head];
    // Otherwise the queue would keep what was sent long ago in memory.
    this.items[this.head] = undefined;
    this.head++;
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}

export function createLanes(): Lanes {
  const ready = new Queue<Batch>();
  /** Lanes that are taken, each with what waits behind. */
  const taken = new Map<number, Queue<Batch> | undefined>();
  let size = 0;

  /** Those of free lanes, then the first one behind each lane that is taken, then the second, and so on. */
  function* waiting(): Generator<Batch, undefined> {
    for (let place = 0; place < ready.length; place++) yield ready.at(place) as Batch;
    let left = size - ready.length;
    for (let place = 0; left > 0; place++) {
      for (const queue of taken.values()) {
        const batch = queue?.at(place);
        if (!batch) continue;
        left--;
        yield batch;
      }
    }
  }

  return {
    waiting: { [Symbol.iterator]: waiting },
    get size() {
      return size;
    },
    get first() {
      return ready.at(0);
    },
    add(batch) {
      size++;
      if (!taken.has(batch.lane)) {
        taken.set(batch.lane, undefined);
        ready.push(batch);
        return;
      }
      let queue = taken.get(batch.lane);
      if (!queue) {
        queue = new Queue();
        taken.set(batch.lane, queue);
      }
      queue.push(batch);
    },
    take() {
      if (ready.length === 0) return undefined;
      size--;
      return ready.shift();
    },
    release(lane) {
      const queue = taken.get(lane);
      if (queue && queue.length > 0) ready.push(queue.shift() as Batch);
      else taken.delete(lane);
    },
  };
}
