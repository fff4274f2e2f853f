/** Puts the pages and funnels that come with the package on the user's own site: Matomo may drop hits of other hosts. */
import type { TrafficFiles } from '../../config/rules/traffic-settings.ts';
import { mostFrequentOrigin } from '../../plan/visits/site-tree.ts';
import type { Page } from '../../types/content/content.ts';
import type { Funnel } from '../../types/content/journeys.ts';

/** Which of the files are the user's; the others come with the package. */
export interface OwnFiles {
  readonly hasOwnPages: boolean;
  readonly hasOwnFunnels: boolean;
}

function originOf(addresses: readonly string[]): string {
  return mostFrequentOrigin(addresses.map((address) => new URL(address)));
}

function addressesOf(funnels: readonly Funnel[]): string[] {
  return funnels.flatMap(({ steps }) => steps.flatMap(({ url }) => url ?? []));
}

/** The address on the new origin where it is on the old one, as it stands where it is elsewhere. */
function moved(address: string, from: string, to: string): string {
  const url = new URL(address);
  return url.origin === from ? `${to}${url.pathname}${url.search}${url.hash}` : address;
}

function movedPages(pages: readonly Page[], to: string): Page[] {
  const from = originOf(pages.map(({ url }) => url));
  return pages.map((page) => ({ ...page, url: moved(page.url, from, to) }));
}

function movedFunnel(funnel: Funnel, to: string): Funnel {
  const from = originOf(addressesOf([funnel]));
  const steps = funnel.steps.map((step) => {
    const onSite = step.url === undefined ? step : { ...step, url: moved(step.url, from, to) };
    return onSite.type === 'download' ? { ...onSite, targetUrl: moved(onSite.targetUrl, from, to) } : onSite;
  });
  return { ...funnel, steps };
}

/** The user's pages say where the site is; without any, the user's funnels do. */
export function onOwnSite(files: TrafficFiles, { hasOwnPages, hasOwnFunnels }: OwnFiles): TrafficFiles {
  const { pages, journeys } = files;
  const addresses = addressesOf(journeys.funnels);
  const isOnFunnels = !hasOwnPages && hasOwnFunnels && addresses.length > 0;
  const site = originOf(isOnFunnels ? addresses : pages.map(({ url }) => url));
  return {
    ...files,
    pages: hasOwnPages ? pages : movedPages(pages, site),
    journeys: hasOwnFunnels
      ? journeys
      : { ...journeys, funnels: journeys.funnels.map((funnel) => movedFunnel(funnel, site)) },
  };
}
