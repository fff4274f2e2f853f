/** One of the requests that failed for a reason, for those who look for it in a log of the server. */
export interface FailureExample {
  /** When its response came, or none did, in epoch ms. */
  readonly atMs: number;
  /** Address of the page that the hit is of, without its query; empty where it is not known which hit it was. */
  readonly url: string;
  /** Of HTTP; absent where no response came. */
  readonly status?: number;
  /** The beginning of what was answered, as text, where it is not Matomo's; without anything that may be secret. */
  readonly answer?: string;
}

/** By the name of the reason, the first one of each. */
export type FailureExamples = Readonly<Record<string, FailureExample>>;
