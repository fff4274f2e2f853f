/** Shards of a shared run whose creator names no number: enough for a dozen workers, few enough for a small target. */
export const DEFAULT_SHARDS = 24;
