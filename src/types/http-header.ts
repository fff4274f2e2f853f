/** A header of HTTP requests. */
export interface HttpHeader {
  readonly name: string;
  readonly value: string;
}
