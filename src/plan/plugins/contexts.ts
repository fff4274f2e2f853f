/** What hooks are handed: facts of the visit, which nobody can change, made only when a hook asks for them. */
import type { Persona } from '../../types/content/journeys.ts';
import type {
  DimensionContext,
  HookContext,
  Page,
  Random,
  SiteFacts,
  SourceFacts,
  StepContext,
  VisitContext,
  VisitorFacts,
  When,
} from '../../types/plugin-api.ts';
import type { VisitSource } from '../../types/visit.ts';
import type { Visitor } from '../../types/visitor.ts';
import { type LocalDay, minuteOf, weekdayOf } from '../days/calendar.ts';
import type { RandomStream } from '../random.ts';
import type { Navigation } from '../visits/navigation.ts';
import { randomOf } from './hook-random.ts';
import type { SitePages } from './site-pages.ts';

/** A visit before its course is decided. */
export interface VisitFacts {
  readonly day: LocalDay;
  readonly index: number;
  readonly number: number;
  readonly startMs: number;
  readonly visitor: Visitor;
}

export function whenOf(day: LocalDay, instantMs: number): When {
  return Object.freeze({
    date: day.date,
    weekday: weekdayOf(day.number),
    minute: minuteOf(day, instantMs),
  });
}

function visitorFacts({ visitor, number }: VisitFacts): VisitorFacts {
  return Object.freeze({
    country: visitor.place?.country,
    city: visitor.place?.city,
    language: visitor.language,
    device: visitor.device,
    persona: visitor.persona,
    isReturning: visitor.number !== number,
    hasAccount: visitor.userId !== undefined,
  });
}

class HookFacts implements HookContext {
  readonly #visit: VisitFacts;
  readonly #stream: () => RandomStream;
  #visitor: VisitorFacts | undefined;
  #random: Random | undefined;

  constructor(visit: VisitFacts, stream: () => RandomStream) {
    this.#visit = visit;
    this.#stream = stream;
  }

  get date() {
    return this.#visit.day.date;
  }
  get weekday() {
    return weekdayOf(this.#visit.day.number);
  }
  get minute() {
    return minuteOf(this.#visit.day, this.#visit.startMs);
  }
  get index() {
    return this.#visit.index;
  }
  get visitor() {
    this.#visitor ??= visitorFacts(this.#visit);
    return this.#visitor;
  }
  get random() {
    this.#random ??= randomOf(this.#stream());
    return this.#random;
  }
}

/** What the site is to hooks, the same for all visits. */
export interface HookSite {
  readonly facts: SiteFacts;
  readonly home: Page;
  readonly pages: SitePages;
  readonly navigation: Navigation;
}

/** What a visit's own hooks need beyond the facts of every hook. */
export interface VisitSurroundings {
  readonly site: HookSite;
  readonly source: VisitSource;
  readonly persona: Persona;
  /** No step of the visit is later. */
  readonly latestMs: number;
}

function sourceFacts({ type, url }: VisitSource): SourceFacts {
  return Object.freeze({ type, url });
}

class VisitHookFacts extends HookFacts implements StepContext {
  readonly #visit: VisitFacts;
  readonly #around: VisitSurroundings;
  readonly #drawing: RandomStream;
  readonly #page: Page;
  #source: SourceFacts | undefined;

  constructor(visit: VisitFacts, stream: RandomStream, around: VisitSurroundings, page: Page) {
    super(visit, () => stream);
    this.#visit = visit;
    this.#around = around;
    this.#drawing = stream;
    this.#page = page;
  }

  get site() {
    return this.#around.site.facts;
  }
  get source() {
    this.#source ??= sourceFacts(this.#around.source);
    return this.#source;
  }
  get secondsLeft() {
    return Math.max(0, Math.floor((this.#around.latestMs - this.#visit.startMs) / 1000));
  }
  get page() {
    return this.#page;
  }
  get entryPage() {
    const { site, persona } = this.#around;
    return () => site.pages.shown(site.navigation.entry(persona, this.#drawing, this.#visit.day.number));
  }
  get nextPage() {
    const { site, persona } = this.#around;
    const day = this.#visit.day.number;
    return (from: Page) => {
      const page = site.pages.find(from.url);
      const next = page
        ? site.navigation.next(persona, page, this.#drawing, day)
        : site.navigation.anywhere(this.#drawing, day);
      return site.pages.shown(next);
    };
  }
}

class DimensionFacts extends HookFacts implements DimensionContext {
  readonly #source: VisitSource;
  readonly #behaviour: string | undefined;
  readonly #step: DimensionContext['step'];

  constructor(
    visit: VisitFacts,
    stream: () => RandomStream,
    source: VisitSource,
    behaviour: string | undefined,
    step: DimensionContext['step'],
  ) {
    super(visit, stream);
    this.#source = source;
    this.#behaviour = behaviour;
    this.#step = step;
  }

  get behaviour() {
    return this.#behaviour;
  }
  get step() {
    return this.#step;
  }
  get source() {
    return sourceFacts(this.#source);
  }
}

// What hooks are handed has getters only, so that nothing of it can be set: freezing each one would cost more than all else.
for (const { prototype } of [HookFacts, VisitHookFacts, DimensionFacts]) Object.freeze(prototype);

export function hookContext(visit: VisitFacts, stream: () => RandomStream): HookContext {
  return new HookFacts(visit, stream);
}

export function visitContext(
  visit: VisitFacts,
  stream: RandomStream,
  around: VisitSurroundings,
  page: Page,
): StepContext & VisitContext {
  return new VisitHookFacts(visit, stream, around, page);
}

export function dimensionContext(...args: ConstructorParameters<typeof DimensionFacts>): DimensionContext {
  return new DimensionFacts(...args);
}
