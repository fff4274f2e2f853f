/** `Actions.getPageUrls` with `flat=1`: each page with its views, and the visits that began or ended there. */
import { CAMPAIGN_PARAMETERS } from '../tracking/referrer.ts';
import type { ReportInput, ReportValue } from './reports.ts';

interface PageCounts {
  visits: number;
  hits: number;
  entries: number;
  entryBounces: number;
  exits: number;
}

/** Path and query without the parameters of campaigns, as Matomo labels a page. */
function labelOf(url: string): string {
  const [path = '', query] = url
    .replace(/^https?:\/\/[^/?#]+/i, '')
    .replace(/#.*$/, '')
    .split('?');
  const kept = (query ?? '').split('&').filter((pair) => !CAMPAIGN_PARAMETERS.has(pair.split('=')[0] ?? ''));
  return `${path === '' ? '/' : path}${kept.join('&') === '' ? '' : `?${kept.join('&')}`}`;
}

/** Pageviews only: a search's page has a report of its own. */
export function pageUrls({ store, visits }: ReportInput): ReportValue {
  const pages = new Map<string, PageCounts>();
  const of = (url: string): PageCounts => {
    const label = labelOf(url);
    const counts = pages.get(label) ?? { visits: 0, hits: 0, entries: 0, entryBounces: 0, exits: 0 };
    pages.set(label, counts);
    return counts;
  };
  for (const visit of visits) {
    const urls = [...store.actions.from(visit.firstAction)]
      .filter(({ kind }) => kind === 'pageview')
      .map(({ url }) => url);
    for (const url of urls) of(url).hits += 1;
    for (const label of new Set(urls.map(labelOf))) of(label).visits += 1;
    const [first] = urls;
    const last = urls.at(-1);
    if (first !== undefined) {
      of(first).entries += 1;
      if (visit.actionCount <= 1) of(first).entryBounces += 1;
    }
    if (last !== undefined) of(last).exits += 1;
  }
  return [...pages]
    .sort(([, a], [, b]) => b.hits - a.hits)
    .map(([label, counts]) => ({
      label,
      nb_visits: counts.visits,
      nb_hits: counts.hits,
      entry_nb_visits: counts.entries,
      entry_bounce_count: counts.entryBounces,
      exit_nb_visits: counts.exits,
    }));
}
