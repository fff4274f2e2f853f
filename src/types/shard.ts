/** A part of the traffic. */

/** A part of the traffic: 1/3 is `{ index: 1, count: 3 }`. Visitors, not hits, are divided. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}
