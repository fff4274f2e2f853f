/** The local calendar day that plans, ledgers and reports share. */

/** A local calendar day, `YYYY-MM-DD`. */
export type LocalDate = string;
