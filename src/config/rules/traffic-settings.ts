/** What of the settings shapes the traffic, in the form that the plan takes. */
import type { OwnCatalogue } from '../../types/content/catalogue.ts';
import type { EventCatalogue, Page } from '../../types/content/content.ts';
import type { JourneyCatalogue } from '../../types/content/journeys.ts';
import type { PluginIdentity } from '../../types/plugins.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import { declaredEventsOf } from '../schema/declared-events.ts';
import type { SettingsCommand } from '../schema/setting.ts';
import type { Settings } from '../schema/settings.ts';
import { activeMinutes, backfillVisitsPerDay, effectiveSeed } from './effective.ts';

/** The files that the settings name, read. */
export interface TrafficFiles {
  readonly pages: readonly Page[];
  readonly events: EventCatalogue;
  readonly journeys: JourneyCatalogue;
  readonly catalogue: OwnCatalogue;
  /** Of the plugins, once they are loaded. */
  readonly plugins?: readonly PluginIdentity[];
}

export function trafficSettings(
  settings: Settings,
  command: SettingsCommand,
  { pages, events, journeys, catalogue, plugins }: TrafficFiles,
  hasToken: boolean,
): TrafficSettings {
  const active = activeMinutes(settings.activeHours);
  return {
    target: 'default',
    seed: effectiveSeed(settings, command),
    siteId: settings.siteId,
    timezone: settings.timezone,
    currency: settings.currency,
    visitsPerDay: command === 'backfill' ? backfillVisitsPerDay(settings) : settings.visitsPerDay,
    volume: settings.volumeMode,
    mostPerDay: 0,
    activeMinutes: { from: active.startMinute, to: active.endMinute },
    shape: settings.trafficShape,
    declaredEvents: declaredEventsOf(settings.declaredEvents),
    pageviews: { min: settings.pageviewsMin, max: settings.pageviewsMax },
    durationMinutes: { min: settings.visitMinutesMin, max: settings.visitMinutesMax },
    shares: {
      bounce: settings.bounceProbability,
      returning: settings.returningVisitorShare,
      search: settings.sitesearchProbability,
      outlink: settings.outlinksProbability,
      download: settings.downloadsProbability,
      clickEvent: events.clickEventsProbability ?? settings.clickEventsProbability,
      randomEvent: events.randomEventsProbability ?? settings.randomEventsProbability,
      direct: settings.directTrafficProbability,
      order: settings.ecommerceProbability,
    },
    cartAbandonment: settings.cartAbandonment,
    orderValue: { min: settings.ecommerceOrderValueMin, max: settings.ecommerceOrderValueMax },
    orderItems: { min: settings.ecommerceItemsMin, max: settings.ecommerceItemsMax },
    taxRate: settings.ecommerceTaxRate,
    shippingRates: settings.ecommerceShippingRates,
    hasPlaces: settings.randomizeVisitorCountries && hasToken,
    goalIds: settings.goalIds,
    customDimensions: settings.customDimensions,
    runDimensionId: settings.runDimensionId,
    pages,
    events,
    journeys,
    catalogue,
    ...(plugins === undefined ? {} : { plugins }),
  };
}
