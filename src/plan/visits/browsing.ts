/** A visit that wanders: pages along the tree, and what its visitor set out to do on the way. */
import type { SearchTerm } from '../../types/catalogue.ts';
import type { EventTemplate, Page } from '../../types/content.ts';
import type { Persona } from '../../types/journeys.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Catalogue } from '../catalogue.ts';
import { createWeightedChoice, drawInteger, drawSkewed, hasChance, pickOne } from '../draw.ts';
import type { RandomStream } from '../random.ts';
import type { Intents } from './intents.ts';
import { createNavigation } from './navigation.ts';
import { drawOrder } from './orders.ts';
import { createShop } from './shop.ts';
import type { SitePage, SiteTree } from './site-tree.ts';
import type { VisitBuilder, VisitStreams } from './visit-builder.ts';

/** Share of browsing visits that see a banner, and of those that click it. */
const BANNER_SHARE = 0.2;
const BANNER_CLICK_SHARE = 0.15;
/** Share of browsing visits whose last page sends a heartbeat while it is read. */
const HEARTBEAT_SHARE = 0.3;
/** Share of browsing visits that reach a goal, for each goal that the settings name. */
const GOAL_SHARE = 0.05;

export interface Browsing {
  /** One pageview and nothing else. */
  bounce(script: VisitBuilder, persona: Persona, streams: VisitStreams): void;
  /** @param orderId gives the id that an order of this visit takes */
  browse(
    script: VisitBuilder,
    persona: Persona,
    intents: Intents,
    streams: VisitStreams,
    orderId: () => string,
  ): void;
}

/** What happens after which page of the visit, by the page's rank. */
interface Agenda {
  readonly search: number;
  readonly download: number;
  readonly banner: number;
  readonly clickEvents: readonly number[];
  readonly randomEvent: number;
}

const NEVER = -1;
const NO_CLICKS: readonly number[] = [];

/** The page on which something happens that has the given chance in the whole visit. */
function drawRank(chance: number, pages: number, stream: RandomStream): number {
  return hasChance(stream, chance) ? drawInteger(stream, 0, pages - 1) : NEVER;
}

function drawClicks(pages: number, stream: RandomStream): readonly number[] {
  return Array.from({ length: drawInteger(stream, 1, 3) }, () => drawInteger(stream, 0, pages - 1));
}

function drawAgenda(intents: Intents, pages: number, stream: RandomStream): Agenda {
  const hasClicks = hasChance(stream, intents.clickEvent);
  return {
    search: drawRank(intents.search, pages, stream),
    download: drawRank(intents.download, pages, stream),
    banner: drawRank(BANNER_SHARE, pages, stream),
    clickEvents: hasClicks ? drawClicks(pages, stream) : NO_CLICKS,
    randomEvent: drawRank(intents.randomEvent, pages, stream),
  };
}

function resultPage({ origin }: SiteTree, { keyword }: SearchTerm): Page {
  return { url: `${origin}/search?q=${encodeURIComponent(keyword)}`, title: `Search: ${keyword}` };
}

export function createBrowsing(settings: TrafficSettings, tree: SiteTree, catalogue: Catalogue): Browsing {
  const navigation = createNavigation(tree);
  const shop = createShop(tree, catalogue, settings.currency);
  const terms = createWeightedChoice(
    catalogue.searchTerms.map((term) => ({ ...term, page: resultPage(tree, term) })),
    (term) => term.weight,
  );
  const downloads = catalogue.downloads.map((path) => new URL(path, tree.origin).href);
  const banners = catalogue.banners.map((banner) => ({
    ...banner,
    target: new URL(banner.target, tree.origin).href,
  }));
  const { clickEvents, randomEvents } = settings.events;

  function search(script: VisitBuilder, stream: RandomStream): void {
    const { keyword, category, results, page } = terms.pick(stream);
    const count = drawInteger(stream, results[0] ?? 0, results[1] ?? results[0] ?? 0);
    script.addSearch(page, { keyword, category, results: count });
  }

  function sendEvent(script: VisitBuilder, events: readonly EventTemplate[], stream: RandomStream): void {
    if (events.length > 0) script.addEvent(pickOne(events, stream));
  }

  function showBanner(script: VisitBuilder, stream: RandomStream): void {
    const banner = pickOne(banners, stream);
    script.addContent(banner, false, 0.02);
    if (hasChance(stream, BANNER_CLICK_SHARE)) script.addContent(banner, true);
  }

  /** What the agenda has for the open page; true when a search has turned to another. */
  function doWhatIsDue(script: VisitBuilder, agenda: Agenda, rank: number, stream: RandomStream): boolean {
    if (agenda.banner === rank) showBanner(script, stream);
    for (const due of agenda.clickEvents) if (due === rank) sendEvent(script, clickEvents, stream);
    if (agenda.randomEvent === rank) sendEvent(script, randomEvents, stream);
    if (agenda.download === rank) script.addLink('download', pickOne(downloads, stream));
    if (agenda.search === rank) search(script, stream);
    return agenda.search === rank;
  }

  function leave(script: VisitBuilder, intents: Intents, stream: RandomStream): void {
    for (const goalId of settings.goalIds) {
      if (hasChance(stream, GOAL_SHARE)) script.addGoal(goalId);
    }
    if (hasChance(stream, intents.outlink)) {
      script.addLink('outlink', pickOne(catalogue.outlinks, stream));
    } else if (hasChance(stream, HEARTBEAT_SHARE)) {
      script.addPing();
    }
  }

  /** Pages that wander, each with what is due on it. */
  function wander(
    script: VisitBuilder,
    persona: Persona,
    agenda: Agenda,
    pages: number,
    stream: RandomStream,
  ): void {
    let page: SitePage | undefined;
    let hasSearched = false;
    for (let rank = 0; rank < pages; rank++) {
      if (page === undefined) page = navigation.entry(persona, stream);
      else page = hasSearched ? navigation.anywhere(stream) : navigation.next(persona, page, stream);
      script.addPageview(page);
      hasSearched = doWhatIsDue(script, agenda, rank, stream);
    }
  }

  return {
    bounce: (script, persona, { journey }) => script.addPageview(navigation.entry(persona, journey)),
    browse(script, persona, intents, { journey, commerce }, orderId) {
      const { min, max } = settings.pageviews;
      const intent = journey.next();
      const isOrder = intent < intents.order;
      const isCart = !isOrder && intent < intents.order + intents.abandonedCart;
      const wanted = isOrder ? shop.orderPages : isCart ? shop.cartPages : 0;
      const drawn = min + Math.floor((max - min + 1) * drawSkewed(journey, persona.depth));
      const pages = Math.max(drawn, Math.min(max, wanted));
      const shopPages = Math.min(pages, wanted);
      const agenda = drawAgenda(intents, Math.max(1, pages - shopPages), journey);
      wander(script, persona, agenda, pages - shopPages, journey);
      if (isOrder)
        shop.order(script, drawOrder(commerce, settings, catalogue.products), orderId(), shopPages);
      else if (isCart) {
        shop.abandonedCart(script, drawOrder(commerce, settings, catalogue.products).items, shopPages);
      }
      if (pages === shopPages) doWhatIsDue(script, agenda, 0, journey);
      leave(script, intents, journey);
    },
  };
}
