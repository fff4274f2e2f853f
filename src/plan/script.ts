/** A visit under construction: steps in order, each with its share of the visit's time before it. */
import type { Page, Step } from '../types.ts';
import { drawLogNormal } from './draw.ts';
import type { RandomStream } from './random.ts';

/** Matomo ends a visit 30:00 after its last action. */
const LONGEST_GAP_MS = 29 * 60_000;
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

type Mutable<T> = T extends unknown ? { -readonly [K in keyof T]: T[K] } : never;
type WithoutPlace<T> = T extends unknown ? Omit<T, 'atMs' | 'page' | 'pageviewId'> : never;
type Pageview = Extract<Step, { kind: 'pageview' }>;
type Search = Extract<Step, { kind: 'search' }>;

/** What happens on a page: a step without its time and page. */
export type Action = WithoutPlace<Exclude<Step, Pageview | Search>>;

function drawPageviewId(stream: RandomStream): string {
  let id = '';
  for (let i = 0; i < 6; i++) id += ALPHABET[Math.floor(stream.next() * 62)];
  return id;
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

export class VisitScript {
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

  view(page: Page, product?: NonNullable<Pageview['product']>): void {
    this.turnTo(page);
    const timings = drawTimings(this.detail, this.speed);
    const step = { kind: 'pageview', atMs: 0, page, pageviewId: this.pageviewId, timings } as const;
    this.steps.push(product ? { ...step, product } : step);
  }

  /** A search's result page, which Matomo records in place of a pageview. */
  search(page: Page, search: Omit<WithoutPlace<Search>, 'kind'>): void {
    this.turnTo(page);
    this.steps.push({ kind: 'search', atMs: 0, page, pageviewId: this.pageviewId, ...search });
  }

  /** Does something on the open page, after the given part (0 to 1) of the time that is left there. */
  act(action: Action, part = 0.15 + 0.5 * this.timing.next()): void {
    const gap = this.dwell * part;
    this.dwell -= gap;
    this.gaps.push(gap);
    this.steps.push({ ...action, atMs: 0, page: this.page, pageviewId: this.pageviewId });
  }

  /** What follows happens on another page, though no pageview of it was sent. */
  moveTo(page: Page): void {
    this.page = page;
  }

  /** From here to the next step, whatever time was drawn for the open page. */
  wait(gap: number): void {
    this.dwell = gap;
  }

  private turnTo(page: Page): void {
    this.gaps.push(this.dwell);
    this.page = page;
    this.pageviewId = drawPageviewId(this.detail);
    this.dwell = drawLogNormal(this.timing, 0.9);
  }

  /** Puts the steps into time such that they take `durationMs` from the first to the last. */
  scheduleWithin(startMs: number, durationMs: number, latestMs: number): Step[] {
    const total = this.gaps.reduce((sum, gap, i) => (i === 0 ? 0 : sum + gap), 0);
    return this.place(startMs, total > 0 ? durationMs / total : 0, latestMs);
  }

  /** Puts the steps into time with their gaps as they are, in milliseconds. */
  schedule(startMs: number, latestMs: number): Step[] {
    return this.place(startMs, 1, latestMs);
  }

  /** No gap is one that Matomo would cut the visit at, no step is after `latestMs`. */
  private place(startMs: number, scale: number, latestMs: number): Step[] {
    let last = 0;
    this.steps.forEach((step, i) => {
      last += i === 0 ? 0 : Math.min((this.gaps[i] as number) * scale, LONGEST_GAP_MS);
      step.atMs = last;
    });
    const room = Math.max(0, latestMs - startMs);
    const squeeze = last > room ? room / last : 1;
    for (const step of this.steps) step.atMs = startMs + Math.floor(step.atMs * squeeze);
    return this.steps;
  }
}
