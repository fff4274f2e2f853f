/** How the traffic of a trade rises and falls. */

/** Days of every year that have `factor` times the visits. */
export interface Holiday {
  /** `MM-DD`, `easter` or `black-friday`. */
  readonly day: string;
  /** Days after it on which it begins. */
  readonly offset: number;
  readonly days: number;
  readonly factor: number;
}

/** Weekdays and months are relative to each other, as are hours of the same kind of day. */
export interface Rhythm {
  /** Monday to Sunday. */
  readonly weekdays: readonly number[];
  /** January to December. */
  readonly months: readonly number[];
  /** Each full hour of a working day, and of a Saturday or Sunday. */
  readonly hours: { readonly workday: readonly number[]; readonly weekend: readonly number[] };
  readonly holidays: readonly Holiday[];
  /** How far a day strays from what is expected, as a part of it: a standard deviation. */
  readonly spread: number;
  /** Days a year on which something brings more visitors than usual. */
  readonly surges: number;
  /** Single pages a day that are new and push older ones down, as on a newspaper; 0 where popularity stays. */
  readonly fresh: number;
}
