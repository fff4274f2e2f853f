/** A visit under construction: steps in order, each with its share of the visit's time before it. */
import type { Banner } from '../../types/content/catalogue.ts';
import type { EventTemplate, Page } from '../../types/content/content.ts';
import type { Order, ProductView, Step } from '../../types/visit.ts';
import { drawLogNormal } from '../draw.ts';
import type { RandomStream } from '../random.ts';
import type { Cart } from './orders.ts';

/** Matomo ends a visit 30:00 after its last action. */
const LONGEST_GAP_MS = 29 * 60_000;
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LETTERS = ALPHABET.length;
/** `00` to `ZZ`. */
const PAIRS = Array.from(ALPHABET).flatMap((first) => Array.from(ALPHABET, (second) => first + second));

type Mutable<T> = T extends unknown ? { -readonly [K in keyof T]: T[K] } : never;

/** What is searched for, and what is found. */
export type Search = Pick<Extract<Step, { kind: 'search' }>, 'keyword' | 'category' | 'results'>;

function drawPair(stream: RandomStream): string {
  const first = Math.floor(stream.next() * LETTERS);
  return PAIRS[first * LETTERS + Math.floor(stream.next() * LETTERS)] as string;
}

/** 6 letters and digits. */
function drawPageviewId(stream: RandomStream): string {
  return drawPair(stream) + drawPair(stream) + drawPair(stream);
}

/** Load times of one page in ms, as its visitor's device and line are: network, server, transfer, DOM, DOM, onload. */
function drawTimings(stream: RandomStream, speed: number): number[] {
  const line = drawLogNormal(stream, 0.5) * speed;
  const site = drawLogNormal(stream, 0.35);
  return [
    Math.round(45 * line),
    Math.round(160 * site),
    Math.round(60 * line),
    Math.round(420 * line * site),
    Math.round(310 * line),
    Math.round(8 * line),
  ];
}

/** The random streams that decide what is done in a visit. */
export interface VisitStreams {
  readonly journey: RandomStream;
  readonly commerce: RandomStream;
  /** The visitor's own: the same in all of the visitor's visits. */
  wishes(): RandomStream;
}

export class VisitBuilder {
  private readonly steps: Mutable<Step>[] = [];
  /** Time before each step, in any unit: only the proportions count where the script is scaled. */
  private readonly gaps: number[] = [];
  private readonly detail: RandomStream;
  private readonly timing: RandomStream;
  private readonly speed: number;
  private page: Page = { url: '', title: '' };
  private pageviewId = '';
  /** Time that the visitor still spends on the open page. */
  private dwell = 0;

  /** @param speed page load time relative to a desktop's */
  constructor(detail: RandomStream, timing: RandomStream, speed: number) {
    this.detail = detail;
    this.timing = timing;
    this.speed = speed;
  }

  get openPage(): Page {
    return this.page;
  }

  get stepCount(): number {
    return this.steps.length;
  }

  addPageview(page: Page, product?: ProductView): void {
    this.turnTo(page);
    const { pageviewId } = this;
    const timings = drawTimings(this.detail, this.speed);
    if (product) this.steps.push({ kind: 'pageview', atMs: 0, page, pageviewId, timings, product });
    else this.steps.push({ kind: 'pageview', atMs: 0, page, pageviewId, timings });
  }

  /** A search's result page, which Matomo records in place of a pageview. */
  addSearch(page: Page, search: Search): void {
    this.turnTo(page);
    this.steps.push({ kind: 'search', atMs: 0, page, pageviewId: this.pageviewId, ...search });
  }

  // On the open page, after the given part (0 to 1) of the time that is left there, or after some of it:

  addEvent(event: EventTemplate, part?: number): void {
    this.stay(part);
    const { page, pageviewId } = this;
    this.steps.push({ kind: 'event', atMs: 0, page, pageviewId, event });
  }

  addLink(kind: 'outlink' | 'download', targetUrl: string, part?: number): void {
    this.stay(part);
    const { page, pageviewId } = this;
    this.steps.push({ kind, atMs: 0, page, pageviewId, targetUrl });
  }

  /** Sees a banner, or clicks it. */
  addContent({ name, piece, target }: Banner, isInteraction: boolean, part?: number): void {
    this.stay(part);
    const { page, pageviewId } = this;
    this.steps.push({
      kind: 'content',
      atMs: 0,
      page,
      pageviewId,
      name,
      piece,
      targetUrl: target,
      isInteraction,
    });
  }

  addGoal(goalId: number, part?: number): void {
    this.stay(part);
    const { page, pageviewId } = this;
    this.steps.push({ kind: 'goal', atMs: 0, page, pageviewId, goalId });
  }

  /** A visit converts a goal once. */
  hasGoal(goalId: number): boolean {
    return this.steps.some((step) => step.kind === 'goal' && step.goalId === goalId);
  }

  addCart({ items, revenueCents }: Cart, part?: number): void {
    this.stay(part);
    const { page, pageviewId } = this;
    this.steps.push({ kind: 'cart', atMs: 0, page, pageviewId, items, revenueCents });
  }

  addOrder(order: Order, part?: number): void {
    this.stay(part);
    const { page, pageviewId } = this;
    this.steps.push({ kind: 'order', atMs: 0, page, pageviewId, order });
  }

  addPing(part?: number): void {
    this.stay(part);
    const { page, pageviewId } = this;
    this.steps.push({ kind: 'ping', atMs: 0, page, pageviewId });
  }

  /** What follows happens on another page, though no pageview of it was sent. */
  moveTo(page: Page): void {
    this.page = page;
  }

  /** From here to the next step, whatever time was drawn for the open page. */
  wait(gap: number): void {
    this.dwell = gap;
  }

  private stay(part = 0.15 + 0.5 * this.timing.next()): void {
    const gap = this.dwell * part;
    this.dwell -= gap;
    this.gaps.push(gap);
  }

  private turnTo(page: Page): void {
    this.gaps.push(this.dwell);
    this.page = page;
    this.pageviewId = drawPageviewId(this.detail);
    this.dwell = drawLogNormal(this.timing, 0.9);
  }

  /** Puts the steps into time such that they take `durationMs` from the first to the last. */
  scheduleWithin(startMs: number, durationMs: number, latestMs: number): Step[] {
    let total = 0;
    for (let i = 1; i < this.gaps.length; i++) total += this.gaps[i] as number;
    return this.place(startMs, total > 0 ? durationMs / total : 0, latestMs);
  }

  /** Puts the steps into time with their gaps as they are, in milliseconds. */
  schedule(startMs: number, latestMs: number): Step[] {
    return this.place(startMs, 1, latestMs);
  }

  /** No gap is one that Matomo would cut the visit at, no step is after `latestMs`. */
  private place(startMs: number, scale: number, latestMs: number): Step[] {
    const { steps, gaps } = this;
    let lastMs = 0;
    for (let i = 1; i < gaps.length; i++) {
      gaps[i] = Math.min((gaps[i] as number) * scale, LONGEST_GAP_MS);
      lastMs += gaps[i] as number;
    }
    const room = Math.max(0, latestMs - startMs);
    const squeeze = lastMs > room ? room / lastMs : 1;
    let sinceMs = 0;
    for (let i = 0; i < steps.length; i++) {
      if (i > 0) sinceMs += gaps[i] as number;
      (steps[i] as Mutable<Step>).atMs = startMs + Math.floor(sinceMs * squeeze);
    }
    return steps;
  }
}
