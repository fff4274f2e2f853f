/** Where a visit comes from: one source for the whole visit. */
import type { Campaign, ReferringPage } from '../../types/catalogue.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { VisitSource } from '../../types/visit.ts';
import type { Catalogue } from '../catalogue.ts';
import { createWeightedChoice, type WeightedChoice } from '../draw.ts';
import type { RandomStream } from '../random.ts';

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

type SourceChoice = WeightedChoice<{ readonly weight: number; readonly source: VisitSource }>;

function createCampaigns({ campaigns }: Catalogue): SourceChoice {
  const sources = campaigns.map((campaign) => {
    const parameters = campaignParameters(campaign);
    return { weight: campaign.weight, source: { type: 'campaign', url: undefined, parameters } as const };
  });
  return createWeightedChoice(sources, ({ weight }) => weight);
}

/** The pages of one type that are open to the visitors of a country. */
function createPages(
  type: VisitSource['type'],
  pages: readonly ReferringPage[],
  country: string | undefined,
): SourceChoice {
  const sources = pages
    .filter(({ countries }) => !countries || (country !== undefined && countries.includes(country)))
    .map(({ weight, url }) => ({ weight, source: { type, url, parameters: undefined } }));
  return createWeightedChoice(sources, ({ weight }) => weight);
}

export function createSources(settings: TrafficSettings, catalogue: Catalogue): Sources {
  const { search, social, websites, assistants } = catalogue.referrers;
  const types = createWeightedChoice(INDIRECT, (row) => row.share);
  const campaign = createCampaigns(catalogue);
  const byCountry = new Map<string | undefined, Record<(typeof INDIRECT)[number]['type'], SourceChoice>>();

  function choicesFor(country: string | undefined) {
    let choices = byCountry.get(country);
    if (!choices) {
      choices = {
        search: createPages('search', search, country),
        social: createPages('social', social, country),
        website: createPages('website', websites, country),
        assistant: createPages('assistant', assistants, country),
        campaign,
      };
      byCountry.set(country, choices);
    }
    return choices;
  }

  return {
    source(stream, country) {
      if (stream.next() < settings.shares.direct) return DIRECT;
      return choicesFor(country)[types.pick(stream).type].pick(stream).source;
    },
  };
}
