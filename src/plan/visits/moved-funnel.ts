/** Puts the pages of a funnel on another site: Matomo may drop hits of other hosts. */
import type { Funnel } from '../../types/content/journeys.ts';
import { addressOf } from './page-address.ts';
import { mostFrequentOrigin } from './site-tree.ts';

export function addressesOf(funnels: readonly Funnel[]): string[] {
  return funnels.flatMap(({ steps }) => steps.flatMap(({ url }) => url ?? []));
}

/** The address on the new origin where it is on the old one, as it stands where it is elsewhere. */
export function moved(address: string, from: string, to: string, url = addressOf(address)): string {
  return url.origin === from ? `${to}${url.pathname}${url.search}${url.hash}` : address;
}

/** @param to origin of the other site */
export function movedFunnel(funnel: Funnel, to: string): Funnel {
  const from = mostFrequentOrigin(addressesOf([funnel]).map((address) => addressOf(address)));
  const steps = funnel.steps.map((step) => {
    const onSite = step.url === undefined ? step : { ...step, url: moved(step.url, from, to) };
    return onSite.type === 'download' ? { ...onSite, targetUrl: moved(onSite.targetUrl, from, to) } : onSite;
  });
  return { ...funnel, steps };
}
