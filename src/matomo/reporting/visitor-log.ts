/** Matomo's visitor log, asked which hits of some requests it has: visitor by visitor and action by action. */
import type { Hit } from '../../types/hit.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { ReportingApi } from './reporting.ts';
import {
  collectVisits,
  type Finding,
  findingsOf,
  isRecord,
  type Shown,
  type ShownVisitor,
  visitorIdOf,
} from './shown-visits.ts';

const DAY_MS = 86_400_000;

/** Visitors asked for in one question: a segment that no server finds too long. */
const VISITORS_A_QUESTION = 40;

/** Visits looked through for content: of a hundred, some nearly always have it. */
const VISITS_FOR_CONTENT = 100;

export interface VisitorLog {
  /**
   * One finding for each hit of a request, in their order. What is asked for at the same time is asked together.
   * Rejects with the errors of the Reporting API.
   */
  find(hits: readonly Hit[]): Promise<Finding[]>;
  close(): Promise<void>;
}

async function askTimezone(api: ReportingApi, siteId: number): Promise<string> {
  const site = await api.ask('SitesManager.getSiteFromId', { idSite: siteId });
  // Older versions answer with a list of one.
  const facts: unknown = Array.isArray(site) ? site[0] : site;
  return isRecord(facts) && typeof facts.timezone === 'string' ? facts.timezone : 'UTC';
}

/** The days around a local day: the site's own timezone may put its hits on a neighbour. */
function daysAround(day: LocalDate): string {
  const noonMs = Date.parse(`${day}T12:00:00Z`);
  return [-DAY_MS, DAY_MS].map((ms) => new Date(noonMs + ms).toISOString().slice(0, 10)).join(',');
}

/** A visitor who is to be asked about, for somebody who waits. */
interface Wanted {
  readonly day: LocalDate;
  readonly visitorId: string;
  readonly answer: (visitor: ShownVisitor | undefined) => void;
  readonly fail: (error: unknown) => void;
}

export function createVisitorLog(api: ReportingApi, siteId: number): VisitorLog {
  let wanted: Wanted[] = [];
  let isAsking = false;
  let timezone: string | undefined;
  /** The log has shown content before: it hides none. */
  let showsContent = false;

  async function ask(day: LocalDate, parameters: Readonly<Record<string, string | number>>): Promise<Shown> {
    timezone ??= await askTimezone(api, siteId);
    const rows = await api.ask('Live.getLastVisitsDetails', {
      idSite: siteId,
      period: 'range',
      date: daysAround(day),
      doNotFetchActions: 0,
      ...parameters,
    });
    return collectVisits(rows, timezone);
  }

  function askFor(day: LocalDate, visitorIds: readonly string[]): Promise<Shown> {
    const segment = visitorIds.map((id) => `visitorId==${id}`).join(',');
    return ask(day, { segment, filter_limit: -1 });
  }

  /** One question at a time: each takes along whoever has come to be asked about the same days meanwhile. */
  async function askAll(): Promise<void> {
    isAsking = true;
    for (let next = wanted[0]; next; next = wanted[0]) {
      const { day } = next;
      const sameDay = wanted.filter((entry) => entry.day === day);
      const ids = [...new Set(sameDay.map(({ visitorId }) => visitorId))].slice(0, VISITORS_A_QUESTION);
      const asked = sameDay.filter(({ visitorId }) => ids.includes(visitorId));
      wanted = wanted.filter((entry) => !asked.includes(entry));
      try {
        const shown = await askFor(day, ids);
        for (const { visitorId, answer } of asked) answer(shown.get(visitorId));
      } catch (error) {
        for (const { fail } of asked) fail(error);
      }
    }
    isAsking = false;
  }

  function lookUp(day: LocalDate, visitorId: string): Promise<ShownVisitor | undefined> {
    return new Promise((answer, fail) => {
      wanted.push({ day, visitorId, answer, fail });
    });
  }

  async function shownOf(day: LocalDate, visitorIds: readonly string[]): Promise<Shown> {
    const looking = visitorIds.map((id) => lookUp(day, id));
    if (!isAsking) void askAll();
    const visitors = await Promise.all(looking);
    const shown: Shown = new Map();
    visitors.forEach((visitor, i) => {
      if (visitor) shown.set(visitorIds[i] ?? '', visitor);
    });
    return shown;
  }

  const hasContent = (shown: Shown) => [...shown.values()].some((visitor) => visitor.hasContent);

  return {
    close: api.close,
    async find(hits) {
      const day = hits[0]?.visit.key.day ?? '';
      const shown = await shownOf(day, [...new Set(hits.map(visitorIdOf))]);
      const judge = () => findingsOf(hits, shown, timezone ?? 'UTC', showsContent);
      showsContent ||= hasContent(shown);
      if (showsContent || !judge().includes('unclear')) return judge();
      showsContent = hasContent(await ask(day, { filter_limit: VISITS_FOR_CONTENT }));
      return judge();
    },
  };
}
