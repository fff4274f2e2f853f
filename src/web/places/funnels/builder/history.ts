/** Undo and redo of a value that is replaced as a whole. */
import { signal } from '@preact/signals';

const MOST = 100;

export function createHistory<T>(first: T) {
  const past = signal<readonly T[]>([]);
  const present = signal(first);
  const future = signal<readonly T[]>([]);
  return {
    present,
    past,
    future,
    change(next: T): void {
      past.value = [...past.value.slice(1 - MOST), present.value];
      present.value = next;
      future.value = [];
    },
    undo(): void {
      const last = past.value.at(-1);
      if (last === undefined) return;
      future.value = [present.value, ...future.value];
      past.value = past.value.slice(0, -1);
      present.value = last;
    },
    redo(): void {
      const [next, ...rest] = future.value;
      if (next === undefined) return;
      past.value = [...past.value, present.value];
      future.value = rest;
      present.value = next;
    },
  };
}

export type History<T> = ReturnType<typeof createHistory<T>>;
