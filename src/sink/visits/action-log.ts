/** Every recorded action in columns of plain numbers: some twenty bytes an action, texts stored once. */
import { ACTION_KINDS, type Action, type ActionKind } from '../tracking/action.ts';
import { ownCopy } from '../tracking/parameters.ts';

/** Stands for "no action" where an index is expected. */
export const NONE = -1;

export interface LoggedAction extends Action {
  /** Epoch seconds. */
  readonly seconds: number;
}

class TextPool {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const own = ownCopy(text);
    const number = this.#texts.push(own) - 1;
    this.#numbers.set(own, number);
    return number;
  }

  textOf(number: number): string {
    return this.#texts[number] ?? '';
  }
}

/** Columns of one row: kind, time, URL, label, index of the visit's next action. */
const WIDTH = 5;

export class ActionLog {
  readonly #texts = new TextPool();
  #rows = new Int32Array(WIDTH * 1024);
  #length = 0;

  /** Appends an action behind `previous` of the same visit (or `NONE`) and gives its index. */
  append(action: Action, seconds: number, previous: number): number {
    const index = this.#length;
    const base = index * WIDTH;
    if (base >= this.#rows.length) this.#grow();
    const rows = this.#rows;
    rows[base] = ACTION_KINDS.indexOf(action.kind);
    rows[base + 1] = seconds;
    rows[base + 2] = this.#texts.numberOf(action.url);
    rows[base + 3] = this.#texts.numberOf(action.label);
    rows[base + 4] = NONE;
    if (previous !== NONE) rows[previous * WIDTH + 4] = index;
    this.#length += 1;
    return index;
  }

  /** The actions of a visit, in the order in which they arrived, from the index of its first one. */
  *from(first: number): Generator<LoggedAction> {
    for (let index = first; index !== NONE; index = this.#rows[index * WIDTH + 4] ?? NONE) {
      const [kind = 0, seconds = 0, url = 0, label = 0] = this.#rows.subarray(index * WIDTH);
      yield {
        kind: this.#kindOf(kind),
        seconds,
        url: this.#texts.textOf(url),
        label: this.#texts.textOf(label),
      };
    }
  }

  #kindOf(number: number): ActionKind {
    return ACTION_KINDS[number] ?? 'pageview';
  }

  #grow(): void {
    const wider = new Int32Array(this.#rows.length * 2);
    wider.set(this.#rows);
    this.#rows = wider;
  }
}
