/** Visits by a key (a visitor or a fingerprint), each list sorted by the time of the last action. */
import type { SinkVisit } from './visit.ts';

/** Number of visits whose last action is not later than the given second. */
function countUntil(visits: readonly SinkVisit[], seconds: number): number {
  let low = 0;
  let high = visits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const visit = visits[middle];
    if (visit && visit.lastSeconds <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class VisitIndex {
  readonly #lists = new Map<string, SinkVisit[]>();

  add(key: string, visit: SinkVisit): void {
    const list = this.#lists.get(key);
    if (list) list.splice(countUntil(list, visit.lastSeconds), 0, visit);
    else this.#lists.set(key, [visit]);
  }

  remove(key: string, visit: SinkVisit): void {
    const list = this.#lists.get(key);
    const position = list?.lastIndexOf(visit) ?? -1;
    if (position >= 0) list?.splice(position, 1);
    if (list?.length === 0) this.#lists.delete(key);
  }

  /** To be called after the visit's last action became later. */
  moved(key: string, visit: SinkVisit): void {
    const list = this.#lists.get(key);
    if (!list || list.at(-1) === visit) return;
    list.splice(list.lastIndexOf(visit), 1);
    list.splice(countUntil(list, visit.lastSeconds), 0, visit);
  }

  /** The visit with the latest last action between two seconds, both included. */
  latest(
    key: string,
    fromSeconds: number,
    untilSeconds: number,
    suits: (visit: SinkVisit) => boolean,
  ): SinkVisit | null {
    const list = this.#lists.get(key) ?? [];
    for (let position = countUntil(list, untilSeconds) - 1; position >= 0; position -= 1) {
      const visit = list[position];
      if (!visit || visit.lastSeconds < fromSeconds) return null;
      if (suits(visit)) return visit;
    }
    return null;
  }

  all(key: string): readonly SinkVisit[] {
    return this.#lists.get(key) ?? [];
  }
}
