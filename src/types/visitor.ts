/** A visitor as Matomo sees one, and where the visitor is. */

/** A visitor as Matomo sees one: all parts agree with each other and are the same in every visit. */
export interface Visitor {
  readonly number: number;
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** Name of an account holder; undefined for the others. */
  readonly userId: string | undefined;
  readonly persona: string;
  readonly userAgent: string;
  /** Client hints as JSON text; undefined for browsers without them. */
  readonly clientHints: string | undefined;
  readonly device: string;
  /** Page load time relative to a desktop's. */
  readonly speed: number;
  /** Whether the browser shows PDF files by itself, which is all that is left of browser plugins. */
  readonly hasPdfViewer: boolean;
  /** `1920x1080`. */
  readonly resolution: string;
  /** `sv-se`: the region in lower case. */
  readonly language: string;
  readonly timezone: string;
  /** Where the visitor is; undefined when the plan has no places. */
  readonly place: Place | undefined;
}

export interface Place {
  /** IPv4 or IPv6 address. */
  readonly address: string;
  /** ISO 3166-1, lower case. */
  readonly country: string;
  /** ISO 3166-2 subdivision without the country. */
  readonly region: string;
  readonly city: string;
  readonly lat: number;
  readonly long: number;
}
