/** Placeholder until generated. */
export interface Calls { }
