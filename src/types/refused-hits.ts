/** Hits that a server refuses because of what is in them, as a firewall does. */
export interface RefusedHits {
  /** Of HTTP. */
  readonly status: number;
  /** Address of a page that one of them is of, without its query. */
  readonly url: string;
  readonly hits: number;
}
