/** Puts the pages and funnels that come with the package on the user's own site: Matomo may drop hits of other hosts. */
import type { TrafficFiles } from '../../config/rules/traffic-settings.ts';
import { addressesOf, moved, movedFunnel } from '../../plan/visits/moved-funnel.ts';
import { addressOf, type PageAddress } from '../../plan/visits/page-address.ts';
import { mostFrequentOrigin } from '../../plan/visits/site-tree.ts';
import type { Page } from '../../types/content/content.ts';

/** Which of the files are the user's; the others come with the package. */
export interface OwnFiles {
  readonly hasOwnPages: boolean;
  readonly hasOwnFunnels: boolean;
}

const parsed = (addresses: readonly string[]) => addresses.map(addressOf);

/** @param urls of the pages */
function movedPages(pages: readonly Page[], urls: readonly PageAddress[], to: string): Page[] {
  const from = mostFrequentOrigin(urls);
  return pages.map((page, i) => ({ ...page, url: moved(page.url, from, to, urls[i]) }));
}

/** The user's pages say where the site is; without any, the user's funnels do. */
export function onOwnSite(files: TrafficFiles, { hasOwnPages, hasOwnFunnels }: OwnFiles): TrafficFiles {
  const { pages, journeys } = files;
  const addresses = addressesOf(journeys.funnels);
  const isOnFunnels = !hasOwnPages && hasOwnFunnels && addresses.length > 0;
  const urls = parsed(pages.map(({ url }) => url));
  const site = mostFrequentOrigin(isOnFunnels ? parsed(addresses) : urls);
  return {
    ...files,
    pages: hasOwnPages ? pages : movedPages(pages, urls, site),
    journeys: hasOwnFunnels
      ? journeys
      : { ...journeys, funnels: journeys.funnels.map((funnel) => movedFunnel(funnel, site)) },
  };
}
