/** Where a visit comes from: one source for the whole visit. */
import type { ReferringPage } from '../../types/content/catalogue.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { VisitSource } from '../../types/visit.ts';
import type { Catalogue } from '../catalogue.ts';
import { createWeightedChoice, type WeightedChoice } from '../draw.ts';
import type { RandomStream } from '../random.ts';

type Indirect = Exclude<VisitSource['type'], 'direct'>;
const INDIRECT: readonly Indirect[] = ['search', 'social', 'website', 'campaign', 'assistant'];

/** How much likelier a returning visit is direct: people who know a site type its address. */
const RETURNING_DIRECT = 1.35;
const MONTHS = Array.from({ length: 12 }, (_, i) => i + 1);

export const DIRECT: VisitSource = { type: 'direct', url: undefined, parameters: undefined };

/** What the landing page's address has of a campaign. */
export function campaignParameters(
  campaign: { readonly [Key in 'name' | 'source' | 'medium' | 'content' | 'keyword']?: string | undefined },
): string {
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
  /**
   * @param country the visitor's, so that people come from the search engine of their country
   * @param month 1 to 12, for campaigns have their seasons
   */
  source(stream: RandomStream, country: string | undefined, isReturning: boolean, month: number): VisitSource;
}

type SourceChoice = WeightedChoice<{ readonly weight: number; readonly source: VisitSource }>;

/** The campaigns of a month; in a month without any, all of them. */
function createCampaigns({ campaigns }: Catalogue, month: number): SourceChoice {
  const running = campaigns.filter(({ months }) => months === undefined || months.includes(month));
  const sources = (running.length > 0 ? running : campaigns).map((campaign) => {
    const parameters = campaignParameters(campaign);
    return { weight: campaign.weight, source: { type: 'campaign', url: undefined, parameters } as const };
  });
  return createWeightedChoice(sources, ({ weight }) => weight);
}

/** The pages of one type that are open to the visitors of a country; all where none is. */
function createPages(
  type: VisitSource['type'],
  pages: readonly ReferringPage[],
  country: string | undefined,
): SourceChoice {
  const open = pages.filter(
    ({ countries }) => !countries || (country !== undefined && countries.includes(country)),
  );
  const sources = (open.length > 0 ? open : pages).map(({ weight, url }) => ({
    weight,
    source: { type, url, parameters: undefined },
  }));
  return createWeightedChoice(sources, ({ weight }) => weight);
}

/** Chance that a new visit is direct, and a returning one, where the share holds over both. */
export function directChances(share: number, returning: number): readonly [fresh: number, returning: number] {
  const ofReturning = Math.min(1, share * RETURNING_DIRECT);
  const ofNew = returning < 1 ? (share - returning * ofReturning) / (1 - returning) : share;
  return [Math.min(1, Math.max(0, ofNew)), ofReturning];
}

/** @param returning share of visits that return */
export function createSources(settings: TrafficSettings, catalogue: Catalogue, returning: number): Sources {
  const { search, social, websites, assistants } = catalogue.referrers;
  const { channels } = catalogue;
  const types = createWeightedChoice(INDIRECT, (type) => channels[type]);
  const campaigns = MONTHS.map((month) => createCampaigns(catalogue, month));
  const direct = directChances(settings.shares.direct, returning);
  const byCountry = new Map<string | undefined, Record<Exclude<Indirect, 'campaign'>, SourceChoice>>();

  function choicesFor(country: string | undefined) {
    let choices = byCountry.get(country);
    if (!choices) {
      choices = {
        search: createPages('search', search, country),
        social: createPages('social', social, country),
        website: createPages('website', websites, country),
        assistant: createPages('assistant', assistants, country),
      };
      byCountry.set(country, choices);
    }
    return choices;
  }

  return {
    source(stream, country, isReturning, month) {
      if (stream.next() < direct[isReturning ? 1 : 0]) return DIRECT;
      const type = types.pick(stream);
      const choice = type === 'campaign' ? (campaigns[month - 1] as SourceChoice) : choicesFor(country)[type];
      return choice.pick(stream).source;
    },
  };
}
