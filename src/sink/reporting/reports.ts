/** The numbers of Matomo's reports, computed from the visits of some days. */
import type { LoggedAction } from '../visits/action-log.ts';
import type { SinkVisit } from '../visits/visit.ts';
import { OPEN_CART, ORDER } from '../visits/visit.ts';
import type { SiteVisits } from '../visits/visits.ts';

export type ReportValue = Readonly<Record<string, unknown>> | readonly unknown[];

/** What a report is computed from. */
export interface ReportInput {
  readonly store: SiteVisits;
  readonly visits: readonly SinkVisit[];
  /** The request's `idGoal`, empty when there is none. */
  readonly goal: string;
  /** Carts in the place of orders, in reports of products. */
  readonly wantsCarts: boolean;
  /** False for a free range, for which Matomo counts no unique visitors. */
  readonly countsVisitors: boolean;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '0%' : `${Math.round((part / whole) * 100)}%`;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10) / 10;
}

export function visitsSummary({ visits, countsVisitors }: ReportInput): Readonly<Record<string, unknown>> {
  const visitors = new Set(visits.map((visit) => visit.visitorId));
  const users = new Set(visits.map((visit) => visit.userId).filter((user) => user !== ''));
  let actions = 0;
  let bounces = 0;
  let seconds = 0;
  let most = 0;
  for (const visit of visits) {
    actions += visit.actionCount;
    bounces += visit.actionCount <= 1 ? 1 : 0;
    seconds += visit.totalSeconds;
    most = Math.max(most, visit.actionCount);
  }
  const converted = visits.filter((visit) => visit.conversions.some((row) => row.goalId !== OPEN_CART));
  return {
    ...(countsVisitors ? { nb_uniq_visitors: visitors.size, nb_users: users.size } : {}),
    nb_visits: visits.length,
    nb_actions: actions,
    nb_visits_converted: converted.length,
    bounce_count: bounces,
    sum_visit_length: seconds,
    max_actions: most,
    bounce_rate: percent(bounces, visits.length),
    nb_actions_per_visit: ratio(actions, visits.length),
    avg_time_on_site: visits.length === 0 ? 0 : Math.round(seconds / visits.length),
  };
}

export function actionsReport({ store, visits }: ReportInput): ReportValue {
  const count = { pageview: 0, download: 0, outlink: 0, search: 0, event: 0, content: 0, interaction: 0 };
  const unique = { ...count };
  const keywords = new Set<string>();
  for (const visit of visits) {
    const seen = new Set<string>();
    for (const action of store.actions.from(visit.firstAction)) {
      count[action.kind] += 1;
      if (action.kind === 'search') keywords.add(action.label);
      const key = `${action.kind} ${action.url}`;
      if (!seen.has(key)) unique[action.kind] += 1;
      seen.add(key);
    }
  }
  return {
    nb_pageviews: count.pageview,
    nb_uniq_pageviews: unique.pageview,
    nb_downloads: count.download,
    nb_uniq_downloads: unique.download,
    nb_outlinks: count.outlink,
    nb_uniq_outlinks: unique.outlink,
    nb_searches: count.search,
    nb_keywords: keywords.size,
  };
}

interface Group {
  readonly visits: Set<number>;
  readonly visitors: Set<string>;
  readonly actions: LoggedAction[];
}

/** Groups actions of some kinds by their label, the largest group first. */
function groups({ store, visits }: ReportInput, suits: (action: LoggedAction) => boolean): [string, Group][] {
  const byLabel = new Map<string, Group>();
  for (const visit of visits) {
    for (const action of store.actions.from(visit.firstAction)) {
      if (!suits(action)) continue;
      const group = byLabel.get(action.label) ?? { visits: new Set(), visitors: new Set(), actions: [] };
      byLabel.set(action.label, group);
      group.visits.add(visit.id);
      group.visitors.add(visit.visitorId);
      group.actions.push(action);
    }
  }
  return [...byLabel].sort(([, a], [, b]) => b.actions.length - a.actions.length);
}

export function eventCategories(input: ReportInput): ReportValue {
  return groups(input, (action) => action.kind === 'event').map(([label, group]) => ({
    label,
    nb_uniq_visitors: group.visitors.size,
    nb_visits: group.visits.size,
    nb_events: group.actions.length,
  }));
}

export function contentNames(input: ReportInput): ReportValue {
  const isContent = ({ kind }: LoggedAction) => kind === 'content' || kind === 'interaction';
  return groups(input, isContent).map(([label, group]) => {
    const interactions = group.actions.filter((action) => action.kind === 'interaction').length;
    return {
      label,
      nb_uniq_visitors: group.visitors.size,
      nb_visits: group.visits.size,
      nb_impressions: group.actions.length - interactions,
      nb_interactions: interactions,
      interaction_rate: percent(interactions, group.actions.length - interactions),
    };
  });
}

function goalNumber(goal: string): number | null {
  if (goal === 'ecommerceOrder') return ORDER;
  if (goal === 'ecommerceAbandonedCart') return OPEN_CART;
  return goal === '' ? null : Number(goal);
}

/** One goal, the orders, the abandoned carts, or without `idGoal` every goal and order together. */
export function goalsReport({ visits, goal }: ReportInput): ReportValue {
  const wanted = goalNumber(goal);
  let conversions = 0;
  let cents = 0;
  let converted = 0;
  for (const visit of visits) {
    const rows = visit.conversions.filter(({ goalId }) =>
      wanted === null ? goalId !== OPEN_CART : goalId === wanted,
    );
    conversions += rows.length;
    converted += rows.length > 0 ? 1 : 0;
    for (const row of rows) cents += row.revenueCents;
  }
  return {
    nb_conversions: conversions,
    nb_visits_converted: converted,
    revenue: cents / 100,
    conversion_rate: percent(converted, visits.length),
  };
}
