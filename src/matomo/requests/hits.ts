/** Turns a planned visit into tracking requests, each parameter as Matomo's tracking API wants it. */
import { hash } from 'node:crypto';
import type { EncodedVisit } from '../../types/hit.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { DimensionValue, Step, Visit } from '../../types/visit.ts';
import type { Place, Visitor } from '../../types/visitor.ts';
import { addAction, createActions, type PageParts } from './actions.ts';
import { parameter, textParameter } from './encode.ts';
import { visitRecordOf } from './visit-record.ts';
import { lettersOf, type Piece, pieceOf, VisitText } from './visit-text.ts';

/** Local clocks by timezone: milliseconds to add to UTC. */
export interface Clocks {
  offsetMs(timezone: string, instantMs: number): number;
}

export interface HitWriter {
  write(visit: Visit): EncodedVisit;
  /** The same, in bytes that the next visit is written to: for those who are done with it by then. */
  writeInPlace(visit: Visit): EncodedVisit;
}

/** The random numbers, which tell two equal hits apart for caches on the way, are below this prime. */
const RAND_BELOW = 1_000_003;

const CID = lettersOf('&cid=');
const UID = lettersOf('&uid=');
const LANG = lettersOf('&lang=');
const RES = lettersOf('&res=');
// Matomo's own tracker also says 0 for plugins that no browser has any more; what is not said counts as 0.
const PDF_AND_COOKIE = pieceOf('&pdf=1&cookie=1');
const COOKIE = pieceOf('&cookie=1');
const CIP = lettersOf('&cip=');
const PV_ID = lettersOf('&pv_id=');
const H = lettersOf('&h=');
const M = lettersOf('&m=');
const S = lettersOf('&s=');
const CDT = lettersOf('&cdt=');
const RAND = lettersOf('&rand=');

/** Visit-scope value for the custom dimension that the settings name at this rank. */
function dimensionValue(rank: number, { visitor, isReturning }: Visit): string {
  if (rank === 0) return visitor.persona;
  if (rank === 1) return isReturning ? 'returning' : 'new';
  if (rank === 2) return visitor.device;
  return `group-${'ABCD'.charAt((visitor.number + rank) & 3)}`;
}

/** Where a city is, written once: cities of the same name are told apart. */
function createCities(): (place: Place) => Piece {
  const known = new Map<string, { readonly place: Place; readonly piece: Piece }>();
  return (place) => {
    const { country, region, city, lat, long } = place;
    const before = known.get(city);
    if (before) {
      const { place: other } = before;
      const isSame = other.lat === lat && other.long === long;
      if (isSame && other.country === country && other.region === region) return before.piece;
    }
    const cityPart = Buffer.from(parameter('city', city)).toString('latin1');
    const piece = pieceOf(`&country=${country}&region=${region}${cityPart}&lat=${lat}&long=${long}`);
    known.set(city, { place, piece });
    return piece;
  };
}

/** Writes what stays the same in every hit of a visit. `cid` keeps visitors apart who share address, browser and language. */
function createVisitorWriter(settings: TrafficSettings) {
  const { siteId, runDimensionId, seed, customDimensions } = settings;
  const lead = pieceOf(`idsite=${siteId}&rec=1&apiv=1&queuedtracking=0&_id=`);
  const run = runDimensionId === undefined ? undefined : parameter(`dimension${runDimensionId}`, seed);
  const dimensions = customDimensions.map((id) => textParameter(`dimension${id}`));
  const ua = textParameter('ua');
  const uadata = textParameter('uadata');
  const cityOf = createCities();

  function addPlace(text: VisitText, place: Place): void {
    const { address } = place;
    text.addLetters(CIP);
    text.addShort(address.includes(':') ? encodeURIComponent(address) : address);
    text.add(cityOf(place));
  }

  return (text: VisitText, visit: Visit): void => {
    const { id, userId, userAgent, clientHints, language, resolution, hasPdfViewer, place } = visit.visitor;
    text.add(lead);
    text.addShort(id);
    text.addLetters(CID);
    text.addShort(id);
    if (userId !== undefined) {
      text.addLetters(UID);
      text.addShort(userId);
    }
    text.add(ua(userAgent));
    if (clientHints !== undefined) text.add(uadata(clientHints));
    text.addLetters(LANG);
    text.addShort(language);
    text.addLetters(RES);
    text.addShort(resolution);
    text.add(hasPdfViewer ? PDF_AND_COOKIE : COOKIE);
    if (place) addPlace(text, place);
    if (run) text.add(run);
    for (let rank = 0; rank < dimensions.length; rank++) {
      const dimension = dimensions[rank] as (value: string) => Piece;
      text.add(dimension(dimensionValue(rank, visit)));
    }
    if (visit.dimensions !== undefined) addDimensions(text, visit.dimensions);
  };
}

/** Those of plugins. */
function addDimensions(text: VisitText, dimensions: readonly DimensionValue[]): void {
  for (const { id, value } of dimensions) text.addText(`&dimension${id}=${encodeURIComponent(value)}`);
}

/** The visitor's own clock and the time for Matomo. */
function addTime(text: VisitText, { timezone }: Visitor, atMs: number, clocks: Clocks): void {
  const second = Math.floor(atMs / 1000);
  const ofDay = (second + clocks.offsetMs(timezone, atMs) / 1000) % 86_400;
  const minute = Math.floor(ofDay / 60);
  const hour = Math.floor(minute / 60);
  text.addLetters(H);
  text.addNumber(hour);
  text.addLetters(M);
  text.addNumber(minute - 60 * hour);
  text.addLetters(S);
  text.addNumber(ofDay - 60 * minute);
  text.addLetters(CDT);
  text.addNumber(second);
}

/** The landing page with what a campaign link adds to it. */
function landingUrl(url: string, parameters: string): string {
  const end = url.includes('#') ? url.indexOf('#') : url.length;
  const path = url.slice(0, end);
  return `${path}${path.includes('?') ? '&' : '?'}${parameters}${url.slice(end)}`;
}

function addLanding(text: VisitText, { kind, page }: Step, parameters: string, { title }: PageParts): void {
  text.addText(`&url=${encodeURIComponent(landingUrl(page.url, parameters))}`);
  if (kind === 'pageview') text.add(title);
}

/** Writes the requests of visits, one after the other, and tells where each begins. */
function createVisitEncoder(settings: TrafficSettings, clocks: Clocks) {
  const addVisitor = createVisitorWriter(settings);
  const actions = createActions();
  const referrerOf = textParameter('urlref');

  return (text: VisitText, visit: Visit): number[] => {
    const { number, steps, source, visitor } = visit;
    const firstRand = (((number * 64) % RAND_BELOW) + RAND_BELOW) % RAND_BELOW;
    const starts: number[] = new Array(steps.length + 1);
    starts[0] = 0;
    text.at = 0;
    addVisitor(text, visit);
    const commonBytes = text.at;
    let referrer = source.url === undefined ? undefined : referrerOf(source.url);
    for (let seq = 0; seq < steps.length; seq++) {
      const step = steps[seq] as Step;
      const { kind, atMs } = step;
      if (seq > 0) text.repeat(0, commonBytes);
      const page = actions.page(step.page);
      if (seq === 0 && source.parameters !== undefined) addLanding(text, step, source.parameters, page);
      else text.add(kind === 'pageview' ? page.urlAndTitle : page.url);
      addAction(text, step, actions);
      if (step.dimensions !== undefined) addDimensions(text, step.dimensions);
      if (kind === 'pageview' || kind === 'search') {
        if (referrer) text.add(referrer);
        referrer = page.urlref;
      }
      text.addLetters(PV_ID);
      text.addShort(step.pageviewId);
      addTime(text, visitor, atMs, clocks);
      text.addLetters(RAND);
      text.addNumber((firstRand + seq * 7) % RAND_BELOW);
      text.endLine();
      starts[seq + 1] = text.at;
    }
    return starts;
  };
}

export function createHitWriter(settings: TrafficSettings, clocks: Clocks): HitWriter {
  const encode = createVisitEncoder(settings, clocks);
  const text = new VisitText();

  function writeInPlace(planned: Visit): EncodedVisit {
    const starts = encode(text, planned);
    const { bytes } = text;
    const digest = hash('sha256', bytes.subarray(0, starts.at(-1)));
    return { visit: visitRecordOf(planned, digest), bytes, starts };
  }

  return {
    writeInPlace,
    write(planned) {
      const { visit, bytes, starts } = writeInPlace(planned);
      return { visit, bytes: Buffer.from(bytes.subarray(0, starts.at(-1))), starts };
    },
  };
}

/** The parameters of a hit. */
export function parametersOf({ bytes, starts }: EncodedVisit, seq: number): string {
  return bytes.toString('latin1', starts[seq], (starts[seq + 1] as number) - 1);
}

/** The visit with another time in one of its hits, which Matomo takes for the time at which it happened. */
export function withTimeShifted(visit: EncodedVisit, seq: number, seconds: number): EncodedVisit {
  const { bytes, starts } = visit;
  const start = starts[seq] as number;
  const end = (starts[seq + 1] as number) - 1;
  const before = parametersOf(visit, seq);
  const after = before.replace(/&cdt=(\d+)/, (_, time) => `&cdt=${Number(time) + seconds}`);
  const change = after.length - before.length;
  return {
    visit: visit.visit,
    bytes: Buffer.concat([bytes.subarray(0, start), Buffer.from(after, 'latin1'), bytes.subarray(end)]),
    starts: starts.map((at, i) => (i > seq ? at + change : at)),
  };
}
