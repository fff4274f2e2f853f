/** What Matomo's tracking API asks of every parameter, as a list of what a visit's hits get wrong. */
import type { Hit, HitKind } from '../../src/types/hit.ts';
import type { TrafficSettings } from '../../src/types/traffic-settings.ts';
import type { Visit } from '../../src/types/visit.ts';
import type { WrittenHit } from './fixtures.ts';
import { localClock } from './local-clock.ts';

/** One hit with its parameters read; `previous` is the page viewed before, `open` the one that is open. */
interface Look {
  readonly hit: Hit;
  readonly get: (name: string) => string;
  readonly has: (name: string) => boolean;
  readonly visit: Visit;
  readonly traffic: TrafficSettings;
  readonly previous: Look | undefined;
  readonly open: Look | undefined;
}

type Rule = readonly [name: string, holds: (look: Look) => boolean];

const WHOLE = /^\d+$/;
const NUMBER = /^-?\d+(\.\d+)?$/;
const MONEY = /^-?\d+\.\d\d$/;
const CAMPAIGN = /[?&#](mtm|utm|pk|piwik|matomo)_/;
const PLACE = ['cip', 'country', 'region', 'city', 'lat', 'long'];
const TIMINGS = ['pf_net', 'pf_srv', 'pf_tfr', 'pf_dm1', 'pf_dm2', 'pf_onl'];

const isPage = (kind: HitKind) => kind === 'pageview' || kind === 'search';
const isAbsolute = (url: string) => /^https?:\/\//.test(url) && URL.canParse(url);

function isWhen(kinds: readonly HitKind[], ...names: string[]): (look: Look) => boolean {
  return ({ hit, has }) => names.every((name) => has(name) === kinds.includes(hit.kind));
}

function onlyFor(kinds: readonly HitKind[], names: readonly string[], format: RegExp) {
  return ({ hit, has, get }: Look) =>
    names.every((name) => (kinds.includes(hit.kind) || !has(name)) && (!has(name) || format.test(get(name))));
}

/** `ec_items` as rows of SKU, name, category, price and quantity. */
function hasItems(text: string): boolean {
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows) || rows.length === 0) return false;
  return rows.every(
    (row) =>
      Array.isArray(row) &&
      row.length === 5 &&
      row.slice(0, 3).every((name) => typeof name === 'string' && name !== '') &&
      typeof row[3] === 'number' &&
      Number.isInteger(row[4]),
  );
}

function inCents(text: string): number {
  return Math.round(Number(text) * 100);
}

function isTime({ hit, get, visit }: Look): boolean {
  const clock = localClock(visit.visitor.timezone, hit.dueMs);
  const told = ['h', 'm', 's'].map((name) => Number(get(name)));
  return told.join() === [clock.hour, clock.minute, clock.second].join();
}

function referrerOf({ hit, visit, previous }: Look): string {
  if (hit.seq === 0) return visit.source.url ?? '';
  const before = previous?.get('url') ?? '';
  return previous?.hit.seq === 0 ? (visit.steps[0]?.page.url ?? '') : before;
}

function isLoggedIn({ get, visit, previous }: Look): boolean {
  const uid = get('uid');
  if (uid !== '') return uid === visit.visitor.userId;
  const isKnown = visit.isReturning && visit.visitor.userId !== undefined;
  return !isKnown && (previous?.get('uid') ?? '') === '';
}

const RULES: readonly Rule[] = [
  [
    'names the site and is to be recorded',
    ({ get, traffic }) => get('idsite') === String(traffic.siteId) && get('rec') === '1',
  ],
  [
    'skips the queue and tells the API version',
    ({ get }) => get('queuedtracking') === '0' && get('apiv') === '1',
  ],
  ['never asks for no image', ({ has }) => !has('send_image')],
  ['has an _id of 16 hexadecimal digits', ({ get }) => /^[0-9a-f]{16}$/.test(get('_id'))],
  ['has the same cid as _id', ({ get }) => get('cid') === get('_id')],
  ['has an absolute URL', ({ get }) => isAbsolute(get('url'))],
  [
    'has a whole cdt that is when it is due, never later',
    ({ get, hit }) => get('cdt') === String(Math.floor(hit.dueMs / 1000)),
  ],
  ['shows the visitor’s own clock', isTime],
  ['has a language with a region in lower case', ({ get }) => /^[a-z]{2,3}(-[a-z]{2,4})*$/.test(get('lang'))],
  ['has a screen size', ({ get }) => /^\d+x\d+$/.test(get('res'))],
  [
    'has a user agent, and client hints that are JSON',
    ({ get, has }) => get('ua') !== '' && (!has('uadata') || typeof JSON.parse(get('uadata')) === 'object'),
  ],
  ['has a random number', ({ get }) => WHOLE.test(get('rand'))],
  [
    'tells the place when places are on, and only then',
    ({ has, traffic }) => PLACE.every((name) => has(name) === traffic.hasPlaces),
  ],
  [
    'has a country in two lower-case letters',
    onlyFor(
      ['pageview', 'event', 'search', 'outlink', 'download', 'content', 'goal', 'order', 'cart', 'ping'],
      ['country'],
      /^[a-z]{2}$/,
    ),
  ],
  [
    'has coordinates with a point',
    ({ get, has }) => ['lat', 'long'].every((name) => !has(name) || NUMBER.test(get(name))),
  ],
  ['carries the uid of an account holder, from the log-in on, returning ones throughout', isLoggedIn],
  [
    'fills the custom dimensions',
    ({ get, traffic }) => traffic.customDimensions.every((id) => get(`dimension${id}`) !== ''),
  ],
  ['starts the visit with a pageview', ({ hit }) => hit.seq > 0 || hit.kind === 'pageview'],
  ['has a title on every pageview', isWhen(['pageview'], 'action_name')],
  [
    'has six whole load times on every pageview',
    ({ hit, get, has }) =>
      TIMINGS.every((name) => (hit.kind === 'pageview' ? WHOLE.test(get(name)) : !has(name))),
  ],
  ['names the pageview in 6 characters', ({ get }) => /^[0-9a-zA-Z]{6}$/.test(get('pv_id'))],
  [
    'shares pv_id with the page it happens on',
    ({ hit, get, open }) => isPage(hit.kind) || get('pv_id') === open?.get('pv_id'),
  ],
  [
    'has urlref of the source or of the page before, on pages alone',
    (look) => look.get('urlref') === (isPage(look.hit.kind) ? referrerOf(look) : ''),
  ],
  [
    'carries the campaign on the first hit alone',
    ({ hit, get, visit }) =>
      CAMPAIGN.test(get('url')) === (hit.seq === 0 && visit.source.type === 'campaign'),
  ],
  [
    'has a whole event',
    ({ hit, get }) => hit.kind !== 'event' || ['e_c', 'e_a', 'e_n'].every((name) => get(name).trim() !== ''),
  ],
  ['has event parts on events alone', isWhen(['event'], 'e_c', 'e_a')],
  ['has an event value with a point', onlyFor(['event'], ['e_v'], NUMBER)],
  ['announces custom actions with ca=1', isWhen(['event', 'outlink', 'download', 'content'], 'ca')],
  ['searches on searches alone', isWhen(['search'], 'search')],
  ['counts results in whole numbers', onlyFor(['search'], ['search_count'], WHOLE)],
  ['links to an absolute URL', ({ hit, get }) => hit.kind !== 'outlink' || isAbsolute(get('link'))],
  [
    'downloads from an absolute URL',
    ({ hit, get }) => hit.kind !== 'download' || isAbsolute(get('download')),
  ],
  [
    'has targets on outlinks and downloads alone',
    (look) => isWhen(['outlink'], 'link')(look) && isWhen(['download'], 'download')(look),
  ],
  [
    'names its content, piece and target',
    ({ hit, get }) =>
      hit.kind !== 'content' || (get('c_n') !== '' && get('c_p') !== '' && isAbsolute(get('c_t'))),
  ],
  ['pings on heartbeats alone', isWhen(['ping'], 'ping')],
  [
    'converts a goal of the settings',
    ({ hit, get, traffic }) => hit.kind !== 'goal' || traffic.goalIds.map(String).includes(get('idgoal')),
  ],
  [
    'has idgoal=0 on carts and orders alone',
    ({ hit, get }) => (get('idgoal') === '0') === (hit.kind === 'cart' || hit.kind === 'order'),
  ],
  ['orders with an id and carts without', isWhen(['order'], 'ec_id')],
  [
    'has a list of items in carts and orders',
    ({ hit, get }) => (hit.kind !== 'cart' && hit.kind !== 'order') || hasItems(get('ec_items')),
  ],
  [
    'has money with two decimals and a point',
    onlyFor(['cart', 'order'], ['revenue', 'ec_st', 'ec_tx', 'ec_sh', 'ec_dt'], MONEY),
  ],
  [
    'adds up to the cent',
    ({ hit, get }) =>
      hit.kind !== 'order' ||
      (inCents(get('revenue')) ===
        inCents(get('ec_st')) + inCents(get('ec_tx')) + inCents(get('ec_sh')) - inCents(get('ec_dt')) &&
        hit.revenueCents === inCents(get('revenue'))),
  ],
  ['has product prices with a point', onlyFor(['pageview'], ['_pkp'], NUMBER)],
  ['carries no token', ({ has }) => !has('token_auth')],
];

/** Names that come twice or have no value. */
function flawsOf(query: string): string[] {
  const names = [...new URLSearchParams(query)].map(([name, value]) =>
    value === '' ? `${name} is empty` : name,
  );
  return names.filter((name, i) => name.endsWith(' is empty') || names.indexOf(name) !== i);
}

/** Rules that the hits of a visit break, each with the hit; empty when all is well. */
export function violations(hits: readonly WrittenHit[], visit: Visit, traffic: TrafficSettings): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  let open: Look | undefined;
  hits.forEach((hit, i) => {
    const parameters = new URLSearchParams(hit.query);
    const get = (name: string) => parameters.get(name) ?? '';
    const look: Look = {
      hit,
      get,
      has: (name) => parameters.has(name),
      visit,
      traffic,
      previous: open,
      open,
    };
    const tell = (flaw: string) => found.push(`hit ${i} (${hit.kind}): ${flaw}: ${hit.query}`);
    for (const flaw of flawsOf(hit.query)) tell(flaw);
    for (const [name, holds] of RULES) if (!holds(look)) tell(name);
    if (hit.seq !== i || hit.visit.hits.length !== hits.length) tell('stands at another place');
    if (hit.dueMs < (hits[i - 1]?.dueMs ?? 0)) tell('is due before the one before');
    if (!isPage(hit.kind)) return;
    if (seen.has(get('pv_id'))) tell('has the pv_id of an earlier page');
    seen.add(get('pv_id'));
    open = look;
  });
  return found;
}
