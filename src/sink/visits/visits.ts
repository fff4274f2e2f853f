/**
 * The visits of one site, cut and merged as Matomo 5.0.2 does: a visit ends 30:00 after its last action, at the
 * site's midnight, or when the campaign changes.
 */
import type { LocalDate } from '../../types/local-date.ts';
import type { SinkSite } from '../config.ts';
import type { Action } from '../tracking/action.ts';
import type { TrackedHit } from '../tracking/hit.ts';
import { startsNewVisit } from '../tracking/referrer.ts';
import { type ActionLog, NONE } from './action-log.ts';
import { createCalendar, type LocalDay } from './calendar.ts';
import { convert, convertByUrl } from './conversions.ts';
import { createDayTotals } from './day-totals.ts';
import type { SinkDay, SinkVisit } from './visit.ts';
import { VisitIndex } from './visit-index.ts';

const VISIT_SECONDS = 1800;

function lengthen(visit: SinkVisit, seconds: number): void {
  visit.totalSeconds = Math.max(visit.totalSeconds, seconds - visit.firstSeconds + 1);
}

const always = () => true;
const hasNoUser = (visit: SinkVisit) => visit.userId === '';

export class SiteVisits {
  readonly site: SinkSite;
  readonly actions: ActionLog;
  readonly days = new Map<LocalDate, SinkDay>();
  readonly #nextId: () => number;
  readonly #calendar: (seconds: number) => LocalDay;
  readonly #orders = new Set<string>();
  readonly #byVisitor = new VisitIndex();
  readonly #byFingerprint = new VisitIndex();

  /** `nextId` numbers visits across sites; `actions` is shared by them. */
  constructor(site: SinkSite, actions: ActionLog, nextId: () => number) {
    this.site = site;
    this.actions = actions;
    this.#nextId = nextId;
    this.#calendar = createCalendar(site.timezone);
  }

  dateOf(seconds: number): LocalDate {
    return this.#calendar(seconds).date;
  }

  hasOrder(orderId: string): boolean {
    return this.#orders.has(orderId);
  }

  /** Every visit of a visitor, the one with the latest last action at the end. */
  byVisitor(visitorId: string): readonly SinkVisit[] {
    return this.#byVisitor.all(visitorId);
  }

  record(hit: TrackedHit): void {
    const current = this.#currentVisit(hit);
    if (hit.action.type === 'ping') {
      // A ping neither opens a visit nor keeps one alive.
      if (!current) return;
      lengthen(current, hit.seconds);
      current.day.totals.kinds.ping += 1;
      return;
    }
    if (current) this.#continueVisit(current, hit);
    this.#apply(current ?? this.#openVisit(hit), hit);
  }

  /** Matomo takes the latest visit of the visitor within 30 minutes on either side of the hit. */
  #lastVisit(hit: TrackedHit): SinkVisit | null {
    const from = hit.seconds - VISIT_SECONDS;
    const until = hit.seconds + VISIT_SECONDS;
    if (hit.match !== 'fingerprint') {
      const visit = this.#byVisitor.latest(hit.visitorId, from, until, always);
      if (visit || hit.match === 'id') return visit;
    }
    const suits = hit.match === 'fingerprint' ? always : hasNoUser;
    return this.#byFingerprint.latest(hit.fingerprint, from, until, suits);
  }

  #currentVisit(hit: TrackedHit): SinkVisit | null {
    if (hit.forcesNewVisit) return null;
    const visit = this.#lastVisit(hit);
    if (!visit || visit.lastSeconds <= hit.seconds - VISIT_SECONDS) return null;
    if (visit.day.date !== this.dateOf(hit.seconds)) return null;
    return startsNewVisit(visit.referrer, hit.referrer) ? null : visit;
  }

  #openVisit(hit: TrackedHit): SinkVisit {
    const id = this.#nextId();
    const day = this.#dayOf(hit.seconds);
    const visit: SinkVisit = {
      id,
      day,
      fingerprint: hit.fingerprint,
      visitorId: hit.visitorId || id.toString(16).padStart(16, 'f'),
      userId: hit.userId,
      referrer: hit.referrer,
      firstSeconds: hit.seconds,
      lastSeconds: hit.seconds,
      totalSeconds: 1,
      actionCount: 0,
      firstAction: NONE,
      lastAction: NONE,
      conversions: [],
      productViews: undefined,
      dimensions: hit.dimensions,
    };
    day.visits.push(visit);
    this.#byVisitor.add(visit.visitorId, visit);
    this.#byFingerprint.add(visit.fingerprint, visit);
    return visit;
  }

  #continueVisit(visit: SinkVisit, hit: TrackedHit): void {
    lengthen(visit, hit.seconds);
    if (hit.dimensions) visit.dimensions = new Map([...(visit.dimensions ?? []), ...hit.dimensions]);
    if (visit.referrer.type === 'direct') visit.referrer = hit.referrer;
    if (hit.userId !== '' && hit.userId !== visit.userId) {
      this.#byVisitor.remove(visit.visitorId, visit);
      visit.userId = hit.userId;
      visit.visitorId = hit.visitorId;
      this.#byVisitor.add(visit.visitorId, visit);
    }
    if (hit.seconds <= visit.lastSeconds) return;
    visit.lastSeconds = hit.seconds;
    this.#byVisitor.moved(visit.visitorId, visit);
    this.#byFingerprint.moved(visit.fingerprint, visit);
  }

  #apply(visit: SinkVisit, hit: TrackedHit): void {
    const { action, seconds } = hit;
    if (action.type === 'action') {
      this.#act(visit, action.action, seconds);
      if (action.product) visit.productViews = [...(visit.productViews ?? []), action.product];
    } else convert(visit, action, seconds);
    if (action.type === 'order') this.#orders.add(action.orderId);
  }

  #act(visit: SinkVisit, action: Action, seconds: number): void {
    const kind = action.kind === 'interaction' ? 'content' : action.kind;
    visit.lastAction = this.actions.append(action, seconds, visit.lastAction);
    if (visit.firstAction === NONE) visit.firstAction = visit.lastAction;
    if (kind !== 'content') visit.actionCount += 1;
    visit.day.totals.kinds[kind] += 1;
    visit.day.totals.rows += 1;
    if (kind === 'pageview') convertByUrl(visit, this.site.goals, action.url, seconds);
  }

  #dayOf(seconds: number): SinkDay {
    const date = this.dateOf(seconds);
    const known = this.days.get(date);
    if (known) return known;
    const day = { date, visits: [], totals: createDayTotals() };
    this.days.set(date, day);
    return day;
  }
}
