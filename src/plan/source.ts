/** Where a visit comes from: one source for the whole visit. */
import type { Campaign, ReferringPage, TrafficSettings, VisitSource } from '../types.ts';
import type { Catalogue } from './catalogue.ts';
import { createWeightedChoice, type WeightedChoice } from './draw.ts';
import type { RandomStream } from './random.ts';

/** How visits that are not direct divide; campaigns and assistants are taken out of the 29 % of websites. */
const INDIRECT = [
  { type: 'search', share: 0.5 },
  { type: 'social', share: 0.21 },
  { type: 'website', share: 0.15 },
  { type: 'campaign', share: 0.1 },
  { type: 'assistant', share: 0.04 },
] as const;

const DIRECT: VisitSource = { type: 'direct', url: undefined, parameters: undefined };

function campaignParameters(campaign: Campaign): string {
  const pairs: [string, string | undefined][] = [
    ['mtm_campaign', campaign.name],
    ['mtm_source', campaign.source],
    ['mtm_medium', campaign.medium],
    ['mtm_content', campaign.content],
    ['mtm_keyword', campaign.keyword],
  ];
  return pairs.flatMap(([name, value]) => (value ? [`${name}=${encodeURIComponent(value)}`] : [])).join('&');
}

export interface Sources {
  /** `country` is the visitor's, so that people come from the search engine of their country. */
  source(stream: RandomStream, country: string | undefined): VisitSource;
}

export function createSources(settings: TrafficSettings, catalogue: Catalogue): Sources {
  const { referrers } = catalogue;
  const types = createWeightedChoice(INDIRECT, (row) => row.share);
  const campaigns = createWeightedChoice(catalogue.campaigns, (campaign) => campaign.weight);
  const pages = {
    search: referrers.search,
    social: referrers.social,
    website: referrers.websites,
    assistant: referrers.assistants,
  };
  const known = new Map<string, WeightedChoice<ReferringPage>>();

  function pagesFor(type: keyof typeof pages, country: string | undefined): WeightedChoice<ReferringPage> {
    const key = `${type}/${country ?? ''}`;
    let choice = known.get(key);
    if (!choice) {
      const open = pages[type].filter(
        (page) => !page.countries || (country !== undefined && page.countries.includes(country)),
      );
      choice = createWeightedChoice(open, (page) => page.weight);
      known.set(key, choice);
    }
    return choice;
  }

  return {
    source(stream, country) {
      if (stream.next() < settings.shares.direct) return DIRECT;
      const { type } = types.pick(stream);
      if (type === 'campaign') {
        return { type, url: undefined, parameters: campaignParameters(campaigns.pick(stream)) };
      }
      return { type, url: pagesFor(type, country).pick(stream).url, parameters: undefined };
    },
  };
}
