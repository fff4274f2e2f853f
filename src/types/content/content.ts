/** What visits touch on a site: pages and events. */

export interface Page {
  /** Absolute URL. */
  readonly url: string;
  readonly title: string;
  /** Of the site's own pages: its place among them, by which what is known of it is found fastest. */
  readonly rank?: number;
}

export interface EventTemplate {
  readonly category: string;
  readonly action: string;
  readonly name: string;
  readonly value?: number;
}

/** The events that visits may trigger, and the share of visits that do. */
export interface EventCatalogue {
  readonly clickEvents: readonly EventTemplate[];
  readonly randomEvents: readonly EventTemplate[];
  /** When the file names them they take the place of the settings' probabilities. */
  readonly clickEventsProbability?: number;
  readonly randomEventsProbability?: number;
}
