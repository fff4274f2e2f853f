/** A visit that wanders: pages along the tree, and what its visitor set out to do on the way. */
import type { SearchTerm } from '../../types/content/catalogue.ts';
import type { EventTemplate, Page } from '../../types/content/content.ts';
import type { Persona } from '../../types/content/journeys.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Catalogue } from '../catalogue.ts';
import { atPlace, createWeightedChoice, drawInteger, drawNormal, hasChance, pickOne } from '../draw.ts';
import type { RandomStream } from '../random.ts';
import type { Goods } from './goods.ts';
import type { Intents } from './intents.ts';
import type { Navigation } from './navigation.ts';
import type { Segment } from './segments.ts';
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

/** How far the number of pageviews strays from a persona's middle, on the logarithmic scale between the bounds. */
const DEPTH_SPREAD = 0.28;
/** How much further than the average somebody goes who buys, or fills a cart: in such spreads. */
const ORDER_EFFORT = 1.9;
const CART_EFFORT = 0.8;
/** Where products have no page among the site's own, visits that look at some for each visit with a cart. */
const LOOKS_PER_CART = 2.5;
const MOST_LOOKING = 0.4;

/** Who browses, and what for. */
export interface Browser {
  readonly persona: Persona;
  readonly segment: Segment;
  readonly intents: Intents;
  readonly streams: VisitStreams;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Gives the id that an order of this visit takes. */
  readonly orderId: () => string;
  /** What the visit has done before, if anything. */
  readonly before: Pick<VisitBuilder, 'hasGoal'> | undefined;
}

export interface Browsing {
  /** @returns how far the visit goes: 0 is as far as usual, 1 a spread further */
  browse(script: VisitBuilder, browser: Browser): number;
}

/** What happens after which page of the visit, by the page's rank. */
interface ExtraActions {
  readonly search: number;
  readonly download: number;
  readonly banner: number;
  readonly clickEvents: readonly number[];
  readonly randomEvent: number;
}

const ON_NO_PAGE = -1;
const NO_CLICKS: readonly number[] = [];

/** The page on which something happens that has the given chance in the whole visit. */
function drawRank(chance: number, pages: number, stream: RandomStream): number {
  return hasChance(stream, chance) ? drawInteger(stream, 0, pages - 1) : ON_NO_PAGE;
}

function drawClicks(pages: number, stream: RandomStream): readonly number[] {
  return Array.from({ length: drawInteger(stream, 1, 3) }, () => drawInteger(stream, 0, pages - 1));
}

function drawExtraActions(intents: Intents, pages: number, stream: RandomStream): ExtraActions {
  const hasClicks = hasChance(stream, intents.clickEvent);
  return {
    search: drawRank(intents.search, pages, stream),
    download: drawRank(intents.download, pages, stream),
    banner: drawRank(BANNER_SHARE, pages, stream),
    clickEvents: hasClicks ? drawClicks(pages, stream) : NO_CLICKS,
    randomEvent: drawRank(intents.randomEvent, pages, stream),
  };
}

function hasNone({ search, download, clickEvents, randomEvent }: ExtraActions): boolean {
  return (
    search === ON_NO_PAGE && download === ON_NO_PAGE && clickEvents.length === 0 && randomEvent === ON_NO_PAGE
  );
}

function resultPage({ origin }: SiteTree, { keyword }: SearchTerm): Page {
  return { url: `${origin}/search?q=${encodeURIComponent(keyword)}`, title: `Search: ${keyword}` };
}

export function createBrowsing(
  settings: TrafficSettings,
  tree: SiteTree,
  catalogue: Catalogue,
  goods: Goods,
  navigation: Navigation,
): Browsing {
  const shop = createShop(goods, settings);
  const cartShare = settings.shares.order / (1 - Math.min(settings.cartAbandonment, 0.99));
  const lookShare = Math.min(MOST_LOOKING, LOOKS_PER_CART * cartShare);
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

  /** Does the actions for the open page; true when a search has turned to another. */
  function doActions(
    script: VisitBuilder,
    actions: ExtraActions,
    rank: number,
    stream: RandomStream,
  ): boolean {
    if (actions.banner === rank) showBanner(script, stream);
    for (const due of actions.clickEvents) if (due === rank) sendEvent(script, clickEvents, stream);
    if (actions.randomEvent === rank) sendEvent(script, randomEvents, stream);
    if (actions.download === rank) script.addLink('download', pickOne(downloads, stream));
    if (actions.search === rank) search(script, stream);
    return actions.search === rank;
  }

  function leave(script: VisitBuilder, { intents, before }: Browser, stream: RandomStream): void {
    for (const goalId of settings.goalIds) {
      if (hasChance(stream, GOAL_SHARE) && !before?.hasGoal(goalId)) script.addGoal(goalId);
    }
    if (hasChance(stream, intents.outlink)) {
      script.addLink('outlink', pickOne(catalogue.outlinks, stream));
    } else if (hasChance(stream, HEARTBEAT_SHARE)) {
      script.addPing();
    }
  }

  /** Pageviews from link to link, each with its extra actions. */
  function wander(
    script: VisitBuilder,
    { persona, streams: { journey: stream }, day }: Browser,
    actions: ExtraActions,
    pages: number,
  ): void {
    let page: SitePage | undefined;
    let hasSearched = false;
    for (let rank = 0; rank < pages; rank++) {
      if (page === undefined) page = navigation.entry(persona, stream, day);
      else
        page = hasSearched ? navigation.anywhere(stream, day) : navigation.next(persona, page, stream, day);
      script.addPageview(page, goods.viewOn(page));
      hasSearched = doActions(script, actions, rank, stream);
    }
  }

  /** Pageviews of a visit that goes so far. */
  function drawPages({ persona, segment }: Browser, effort: number): number {
    const { min, max } = settings.pageviews;
    return Math.round(atPlace(min, max, persona.depth + segment.depth + DEPTH_SPREAD * effort));
  }

  /** Pages before the shopping, then lists, products, cart and checkout. */
  function goShopping(script: VisitBuilder, browser: Browser, isOrder: boolean, drawn: number): void {
    const { intents, streams, orderId } = browser;
    const { journey, commerce } = streams;
    const needed = shop.fewestPages;
    // On top of what is needed, not up to it: half of all carts would have the same number of pages.
    const pages = drawn < needed ? Math.min(settings.pageviews.max, needed + drawn - 1) : drawn;
    const trip = shop.plan(commerce, goods.browse(streams.wishes()), isOrder, pages);
    const shopPages = Math.min(pages, trip.pages);
    const actions = drawExtraActions(intents, Math.max(1, pages - shopPages), journey);
    wander(script, browser, actions, pages - shopPages);
    shop.write(script, trip, shopPages, orderId);
    if (pages === shopPages) doActions(script, actions, 0, journey);
  }

  function goBrowsing(script: VisitBuilder, browser: Browser, drawn: number): void {
    const { intents, streams } = browser;
    const { journey, commerce } = streams;
    const looks = goods.isApart && drawn > 1 && hasChance(commerce, lookShare);
    const lookPages = looks ? Math.min(drawn - 1, drawInteger(commerce, 1, 4)) : 0;
    let pages = drawn - lookPages;
    const actions = drawExtraActions(intents, pages, journey);
    // A page on which nothing is done would be a bounce.
    if (pages === 1 && lookPages === 0 && hasNone(actions)) pages = Math.min(2, settings.pageviews.max);
    wander(script, browser, actions, pages);
    if (looks) shop.look(script, commerce, goods.browse(streams.wishes()), lookPages);
  }

  return {
    browse(script, browser) {
      const { intents, streams } = browser;
      const { journey } = streams;
      const intent = journey.next();
      const isOrder = intent < intents.order;
      const isCart = !isOrder && intent < intents.order + intents.abandonedCart;
      const effort = drawNormal(journey) + (isOrder ? ORDER_EFFORT : isCart ? CART_EFFORT : 0);
      const drawn = drawPages(browser, effort);
      if (isOrder || isCart) goShopping(script, browser, isOrder, drawn);
      else goBrowsing(script, browser, drawn);
      leave(script, browser, journey);
      return effort;
    },
  };
}
