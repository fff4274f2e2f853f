/** Where the page is: place and view state live in the address, so that a link shows what its sender saw. */
import { signal } from '@preact/signals';

/** `key` goes there after a `g`; `group` is the heading in the navigation. */
export const PLACES = [
  { id: 'overview', title: 'Overview', key: 'o', group: 'Watch' },
  { id: 'runs', title: 'Runs', key: 'r', group: 'Watch' },
  { id: 'logs', title: 'Logs', key: 'l', group: 'Watch' },
  { id: 'workers', title: 'Workers', key: 'w', group: 'Watch' },
  { id: 'traffic', title: 'Traffic', key: 't', group: 'Send' },
  { id: 'backfill', title: 'Backfill', key: 'b', group: 'Send' },
  { id: 'targets', title: 'Targets', key: 'm', group: 'Send' },
  { id: 'schedules', title: 'Schedules', key: 's', group: 'Send' },
  { id: 'pages', title: 'Pages', key: 'p', group: 'Content' },
  { id: 'events', title: 'Events', key: 'e', group: 'Content' },
  { id: 'funnels', title: 'Funnels', key: 'f', group: 'Content' },
  { id: 'plugins', title: 'Plugins', key: 'x', group: 'Content' },
  { id: 'preferences', title: 'Preferences', key: ',', group: undefined },
] as const;

export type PlaceId = (typeof PLACES)[number]['id'];

export interface Address {
  readonly place: PlaceId;
  /** What follows the place: `/ui/runs/12` has `12`. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

const ROOT = '/ui';

function parse({ pathname, search }: Pick<Location, 'pathname' | 'search'>): Address {
  const [name = '', ...rest] = pathname.slice(ROOT.length).split('/').filter(Boolean).map(decodeURIComponent);
  const place = PLACES.find(({ id }) => id === name)?.id ?? 'overview';
  return { place, rest, query: new URLSearchParams(search) };
}

export const address = signal(parse(location));

/** Asked before the page leaves a place; false keeps it there. One form at a time has something to lose. */
let mayLeave: () => boolean = () => true;

/** @returns a function that takes the question back */
export function guardLeaving(question: () => boolean): () => void {
  mayLeave = question;
  return () => {
    if (mayLeave === question) mayLeave = () => true;
  };
}

export function pathTo(id: PlaceId, ...rest: readonly string[]): string {
  const parts = id === 'overview' && rest.length === 0 ? [] : [id, ...rest];
  return [ROOT, ...parts.map(encodeURIComponent)].join('/');
}

/**
 * @param path as `pathTo` makes it, with or without a query. @param isSaved nothing would be lost: nobody is asked
 */
export function navigate(path: string, isSaved = false): void {
  if (path === location.pathname + location.search || !(isSaved || mayLeave())) return;
  history.pushState(null, '', path);
  address.value = parse(location);
  window.scrollTo(0, 0);
  document.querySelector('main')?.focus();
}

/** Changes the query in place: `null` takes a name out. Going back does not stop at each keystroke. */
export function setQuery(changes: Readonly<Record<string, string | null>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  history.replaceState(null, '', location.pathname + (text === '' ? '' : `?${text}`));
  address.value = parse(location);
}

addEventListener('popstate', () => {
  if (mayLeave()) address.value = parse(location);
  else history.pushState(null, '', pathTo(address.value.place, ...address.value.rest));
});

/** Links inside of the page change the place without loading it again. */
addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="/ui"]') : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!(link instanceof HTMLAnchorElement) || !isPlain || link.target !== '') return;
  event.preventDefault();
  navigate(link.pathname + link.search);
});
