/** What a Matomo's visitor log has of a day: the same questions for the embedded endpoint and for a real server. */

export interface LogCounts {
  readonly visits: number;
  /** By the log's own names: `action`, `event`, `search`, ... */
  readonly types: Readonly<Record<string, number>>;
}

export interface MatomoSite {
  /** Tracking URL. */
  readonly url: string;
  readonly token: string;
  readonly id: number;
  readonly timezone: string;
}

interface Row {
  readonly actionDetails: readonly { readonly type: string }[];
}

/** Kinds of hits that the log shows one by one, by the log's names; a site without search shows those as pageviews. */
export const SHOWN_KINDS = {
  action: 'pageview',
  event: 'event',
  search: 'search',
  outlink: 'outlink',
  download: 'download',
  goal: 'goal',
  ecommerceOrder: 'order',
} as const;

export async function logCountsOf({ url, token, id }: MatomoSite, date: string): Promise<LogCounts> {
  const body = new URLSearchParams({
    module: 'API',
    format: 'JSON',
    method: 'Live.getLastVisitsDetails',
    idSite: String(id),
    period: 'day',
    date,
    filter_limit: '-1',
    token_auth: token,
  });
  const answer = await fetch(url.replace(/[^/]*$/, 'index.php'), { method: 'POST', body });
  const rows = (await answer.json()) as readonly Row[];
  const types: Record<string, number> = {};
  for (const { actionDetails } of rows) {
    for (const { type } of actionDetails) types[type] = (types[type] ?? 0) + 1;
  }
  return { visits: rows.length, types };
}
