/** What each kind of step asks for beside its page and its time. */
import type { OrderItem } from '../../types/content/catalogue.ts';
import type { EventTemplate, Page } from '../../types/content/content.ts';
import type { ProductView, Step } from '../../types/visit.ts';
import { formatCents, parameter, remembering, textParameter } from './encode.ts';
import { type Letters, lettersOf, type Piece, pieceOf, type VisitText } from './visit-text.ts';

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/** Products and events remembered at most, which may be made anew for each visit. */
const REMEMBERED = 2_000;
/** Pages of a site whose parts are kept for good. */
const MOST_RANKED = 20_000;

const TIMINGS = ['pf_net', 'pf_srv', 'pf_tfr', 'pf_dm1', 'pf_dm2', 'pf_onl'].map((name) =>
  lettersOf(`&${name}=`),
);
const SEARCH_COUNT = pieceOf('&search_count=');
const CA = pieceOf('&ca=1');
const CONTENT_CLICK = pieceOf('&c_i=click&ca=1');
const IDGOAL = lettersOf('&idgoal=');
const PING = pieceOf('&ping=1');

/** What a page adds to the hits on it. */
export interface PageParts {
  readonly url: Piece;
  readonly title: Piece;
  readonly urlAndTitle: Piece;
  /** To the next page, that the visitor came from this one. */
  readonly urlref: Piece;
}

function partsOfPage({ url, title }: Page): PageParts {
  const { length } = parameter('url', url);
  const urlAndTitle = Buffer.concat([parameter('url', url), parameter('action_name', title)]);
  return {
    urlAndTitle,
    url: urlAndTitle.subarray(0, length),
    title: urlAndTitle.subarray(length),
    urlref: parameter('urlref', url),
  };
}

function productPart({ category, sku, name, price }: ProductView): Piece {
  return Buffer.concat([
    parameter('_pkc', category),
    ...(sku === undefined ? [] : [parameter('_pks', sku)]),
    ...(name === undefined ? [] : [parameter('_pkn', name)]),
    ...(price === undefined ? [] : [pieceOf(`&_pkp=${price}`)]),
  ]);
}

function eventPart({ category, action, name, value }: EventTemplate): Piece {
  const parts = [parameter('e_c', category), parameter('e_a', action), parameter('e_n', name)];
  return Buffer.concat([...parts, ...(value === undefined ? [] : [pieceOf(`&e_v=${value}`)]), CA]);
}

/** The parts of pages: of the site's own by their rank, of the others by themselves. */
function createPages(): (page: Page) => PageParts {
  const ofOthers = remembering(partsOfPage);
  const own: { readonly page: Page; readonly parts: PageParts }[] = [];
  return (page) => {
    const { rank } = page;
    if (rank === undefined || rank >= MOST_RANKED) return ofOthers(page);
    const known = own[rank];
    if (known !== undefined && known.page === page) return known.parts;
    const parts = partsOfPage(page);
    own[rank] = { page, parts };
    return parts;
  };
}

/** What comes again and again, each value written once. */
export function createActions() {
  return {
    page: createPages(),
    product: remembering(productPart, REMEMBERED),
    event: remembering(eventPart, REMEMBERED),
    search: textParameter('search'),
    searchCategory: textParameter('search_cat'),
    link: textParameter('link'),
    download: textParameter('download'),
    contentName: textParameter('c_n'),
    contentPiece: textParameter('c_p'),
    contentTarget: textParameter('c_t'),
    json: remembering((text: string) => encodeURIComponent(JSON.stringify(text))),
  };
}

type Actions = ReturnType<typeof createActions>;

function addPageview(text: VisitText, { timings, product }: StepOf<'pageview'>, actions: Actions): void {
  for (let i = 0; i < timings.length; i++) {
    text.addLetters(TIMINGS[i] as Letters);
    text.addNumber(timings[i] as number);
  }
  if (product) text.add(actions.product(product));
}

function addSearch(text: VisitText, step: StepOf<'search'>, actions: Actions): void {
  const { keyword, category, results } = step;
  text.add(actions.search(keyword));
  if (category !== undefined) text.add(actions.searchCategory(category));
  if (results === undefined) return;
  text.add(SEARCH_COUNT);
  text.addNumber(results);
}

function addContent(text: VisitText, step: StepOf<'content'>, actions: Actions): void {
  const { name, piece, targetUrl, isInteraction } = step;
  text.add(actions.contentName(name));
  text.add(actions.contentPiece(piece));
  text.add(actions.contentTarget(targetUrl));
  text.add(isInteraction ? CONTENT_CLICK : CA);
}

/** JSON of one row for each item, `["sku","name","category",price,quantity]`, percent-encoded. */
function itemsPart(items: readonly OrderItem[], { json }: Actions): string {
  const rows = items.map(({ sku, name, category, price, quantity }) =>
    ['%5B', json(sku), '%2C', json(name), '%2C', json(category), '%2C', price, '%2C', quantity, '%5D'].join(
      '',
    ),
  );
  return `&ec_items=%5B${rows.join('%2C')}%5D`;
}

function orderPart({ order }: StepOf<'order'>, actions: Actions): string {
  const money = `&revenue=${formatCents(order.revenueCents)}&ec_st=${formatCents(order.subtotalCents)}`;
  const extra = `&ec_tx=${formatCents(order.taxCents)}&ec_sh=${formatCents(order.shippingCents)}`;
  const discount = `&ec_dt=${formatCents(order.discountCents)}&ec_currency=${order.currency}`;
  return `&idgoal=0&ec_id=${order.id}${money}${extra}${discount}${itemsPart(order.items, actions)}`;
}

function cartPart({ items, revenueCents }: StepOf<'cart'>, actions: Actions): string {
  return `&idgoal=0&revenue=${formatCents(revenueCents)}${itemsPart(items, actions)}`;
}

function addLink(text: VisitText, step: StepOf<'outlink' | 'download'>, actions: Actions): void {
  text.add((step.kind === 'outlink' ? actions.link : actions.download)(step.targetUrl));
  text.add(CA);
}

/** The title of a viewed page is not among it: it stands with the page's URL. */
export function addAction(text: VisitText, step: Step, actions: Actions): void {
  switch (step.kind) {
    case 'pageview':
      addPageview(text, step, actions);
      break;
    case 'event':
      text.add(actions.event(step.event));
      break;
    case 'search':
      addSearch(text, step, actions);
      break;
    case 'outlink':
    case 'download':
      addLink(text, step, actions);
      break;
    case 'content':
      addContent(text, step, actions);
      break;
    case 'goal':
      text.addLetters(IDGOAL);
      text.addNumber(step.goalId);
      break;
    case 'cart':
      text.addText(cartPart(step, actions));
      break;
    case 'order':
      text.addText(orderPart(step, actions));
      break;
    case 'ping':
      text.add(PING);
  }
}
