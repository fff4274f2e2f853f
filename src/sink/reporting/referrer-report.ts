/** `Referrers.getReferrerType`: visits by what they came from. */
import type { SinkVisit } from '../visits/visit.ts';
import { type ReportInput, type ReportValue, visitsSummary } from './reports.ts';

/** As Matomo numbers and names them. */
const TYPES = [
  { label: 'Direct Entry', referrer_type: 1, type: 'direct' },
  { label: 'Search Engines', referrer_type: 2, type: 'search' },
  { label: 'Websites', referrer_type: 3, type: 'website' },
  { label: 'Campaigns', referrer_type: 6, type: 'campaign' },
  { label: 'Social Networks', referrer_type: 7, type: 'social' },
] as const;

/** The largest first; types without visits are left out. */
export function referrerTypes(input: ReportInput): ReportValue {
  const rows = TYPES.flatMap(({ label, referrer_type, type }) => {
    const visits = input.visits.filter((visit: SinkVisit) => visit.referrer.type === type);
    if (visits.length === 0) return [];
    const { nb_visits, nb_actions, bounce_count, sum_visit_length, nb_visits_converted } = visitsSummary({
      ...input,
      visits,
    });
    return {
      label,
      nb_visits,
      nb_actions,
      bounce_count,
      sum_visit_length,
      nb_visits_converted,
      referrer_type,
    };
  });
  return rows.sort((a, b) => Number(b.nb_visits) - Number(a.nb_visits));
}
