/** Sources: where plugins have visits come from. */
import spamHosts from '../../data/spam-hosts.json' with { type: 'json' };
import type { VisitSource } from '../../types/visit.ts';
import type { RandomSource } from '../random.ts';
import { campaignParameters, DIRECT } from '../visits/source.ts';
import { hookContext, type VisitFacts } from './contexts.ts';
import type { Extensions } from './extensions.ts';
import { hookStreams } from './hook-random.ts';
import { occasionOf, refusalOf } from './refusal.ts';
import type { SitePages } from './site-pages.ts';
import { isRecord, type Refuse, ValueReader } from './step-reader.ts';

const REFERRERS = ['website', 'search', 'social', 'assistant'] as const;

function isSpam(url: string): boolean {
  const lower = url.toLowerCase();
  return spamHosts.some((host) => lower.includes(host));
}

/** @param where names the value in a refusal */
export function readSource(value: unknown, where: string, pages: SitePages, refuse: Refuse): VisitSource {
  if (!isRecord(value)) return refuse(where, 'an object with a type', value);
  const reader = new ValueReader(value, where, refuse);
  if (value.type === 'direct') return DIRECT;
  if (value.type === 'campaign') {
    reader.only(['type', 'name', 'source', 'medium', 'content', 'keyword']);
    const parameters = campaignParameters({
      name: reader.text('name', 250),
      source: reader.textOr('source', undefined),
      medium: reader.textOr('medium', undefined),
      content: reader.textOr('content', undefined),
      keyword: reader.textOr('keyword', undefined),
    });
    return { type: 'campaign', url: undefined, parameters };
  }
  const type = REFERRERS.find((one) => one === value.type);
  if (type === undefined) return reader.fail('type', `one of campaign, ${REFERRERS.join(', ')}, direct`);
  reader.only(['type', 'url']);
  const url = reader.url('url');
  if (isSpam(url)) {
    reader.fail(
      'url',
      'no referrer that Matomo takes for spam',
      'Matomo drops the whole visit without a word.',
    );
  }
  if (pages.hasOrigin(new URL(url).origin)) {
    reader.fail(
      'url',
      'a page of another site',
      'Matomo counts a visit that comes from its own site as direct.',
    );
  }
  return { type, url, parameters: undefined };
}

/** The source of a visit that a plugin has one for; undefined for the others. */
export function createPluginSources({ sources }: Extensions, random: RandomSource, pages: SitePages) {
  let upTo = 0;
  const entries = sources.map((source) => {
    const taken = upTo;
    upTo += source.share;
    return {
      source,
      chance: taken < 1 ? source.share / (1 - taken) : 0,
      chanceAt: hookStreams(random, source.place, 'share'),
      streamAt: hookStreams(random, source.place),
    };
  });
  return (facts: VisitFacts): VisitSource | undefined => {
    const { number } = facts.day;
    const entry = entries.find(({ chance, chanceAt }) => chanceAt(number, facts.index).next() < chance);
    if (!entry) return undefined;
    const { source, streamAt } = entry;
    const context = hookContext(facts, () => streamAt(number, facts.index));
    const value = source.call(occasionOf(facts), context);
    return readSource(value, 'the source', pages, refusalOf(source, facts));
  };
}
