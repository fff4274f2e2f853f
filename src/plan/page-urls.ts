/** The addresses of the pages that visits touch: those of the settings, and those that visits bring with them. */
import type { TrafficSettings } from '../types/traffic-settings.ts';
import { visitsOfDays } from './bulk-timeline.ts';
import { createPlan } from './plan.ts';
import type { Extensions } from './plugins/extensions.ts';

/** So many visits come to every kind of page. */
const SAMPLED_VISITS = 500;

/** @param nowMs on whose day the visits are planned that are looked at */
export function pageUrlsOf(traffic: TrafficSettings, nowMs: number, extensions?: Extensions): string[] {
  const plan = createPlan(traffic, extensions);
  const options = {
    days: [plan.calendar.dayAt(nowMs)],
    shard: { index: 1, count: 1 },
    maxVisits: SAMPLED_VISITS,
    untilMs: Number.POSITIVE_INFINITY,
  };
  const urls = new Set(traffic.pages.map(({ url }) => url));
  for (const { steps } of visitsOfDays(plan, options)) for (const { page } of steps) urls.add(page.url);
  return [...urls];
}
