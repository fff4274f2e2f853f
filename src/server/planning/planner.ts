/** Has a process of its own plan what the service is asked to preview: one question after the other, the newest wins. */
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { decodeError } from '../../shards/serialization.ts';
import type { Clock } from '../../types/clock.ts';
import { PLUGIN_CHANGED } from '../../types/plugins.ts';
import { Refusal } from '../http/refusal.ts';
import {
  type DayAnswer,
  type DayQuestion,
  PLAN_WORKER,
  type PlanAnswer,
  type PlanQuestion,
  type PlanReply,
  type PluginsAnswer,
  type PluginsQuestion,
  type VisitsAnswer,
  type VisitsQuestion,
} from './questions.ts';

/** The process ends when nobody has asked for so long: somebody who reads on in the form waits for no other. */
const IDLE_MS = 300_000;
/** A plan that takes longer is none that somebody waits for. */
const LONGEST_MS = 30_000;
/**
 * An answer that nobody waits for any more may come within so long; then the process is ended. Another one takes as long
 * to begin.
 */
const OUTDATED_MS = 1500;
/**
 * In megabytes: a plan makes its garbage at once, and then it is over. With the young generation as small as that of other
 * processes, a preview takes half as long again.
 */
const YOUNG_MB = 32;
const ROOMY = [`--min-semi-space-size=${YOUNG_MB}`, `--max-semi-space-size=${2 * YOUNG_MB}`];
const MOST_WAITING = 50;
const MOST_LAST_WORDS = 4000;

export interface Planner {
  /** @throws SettingsError, or Refusal where it takes too long or the client is gone */
  day(question: DayQuestion, signal: AbortSignal): Promise<DayAnswer>;
  visits(question: VisitsQuestion, signal: AbortSignal): Promise<VisitsAnswer>;
  plugins(question: PluginsQuestion, signal: AbortSignal): Promise<PluginsAnswer>;
  close(): void;
}

/** Answers one question after the other. */
export type AskPlan = (question: PlanQuestion, signal: AbortSignal) => Promise<PlanReply>;

function answerIn(reply: PlanReply): PlanAnswer {
  if ('answer' in reply) return reply.answer;
  throw reply.problems ? new SettingsError(reply.problems) : decodeError(reply.error);
}

/** Questions wait for those before them; whoever has gone meanwhile is not answered. */
export function createPlanner(ask: AskPlan, close: () => void): Planner {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  async function answer(question: PlanQuestion, signal: AbortSignal): Promise<PlanAnswer> {
    if (waiting >= MOST_WAITING) {
      throw new Refusal(503, 'Too many previews are asked for at once', { code: 'busy', hint: 'Try again.' });
    }
    waiting++;
    const before = last;
    const reply = before.then(() => {
      if (signal.aborted) throw outdated();
      return ask(question, signal);
    });
    last = reply.catch(() => {});
    try {
      return answerIn(await reply);
    } finally {
      waiting--;
    }
  }
  return {
    async day(question, signal) {
      const found = await answer(question, signal);
      if (found.kind !== 'day') throw new Error('expected a day');
      return found;
    },
    async visits(question, signal) {
      const found = await answer(question, signal);
      if (found.kind !== 'visits') throw new Error('expected visits');
      return found;
    },
    async plugins(question, signal) {
      const found = await answer(question, signal);
      if (found.kind !== 'plugins') throw new Error('expected plugins');
      return found;
    },
    close,
  };
}

function outdated(): Refusal {
  return new Refusal(408, 'The request was cancelled', { code: 'cancelled' });
}

type PlanProcess = ReturnType<typeof startPlanProcess>;

function startPlanProcess(host: Pick<Host, 'startChild'>) {
  let lastWords = '';
  const hear = (text: string) => {
    lastWords = (lastWords + text).slice(-MOST_LAST_WORDS);
  };
  const child = host.startChild<PlanQuestion, PlanReply>([PLAN_WORKER], hear, {}, ROOMY);
  let settle: ((reply: PlanReply | undefined) => void) | undefined;
  const process = {
    isGone: false,
    /** Undefined where the process ended first. */
    ask(question: PlanQuestion): Promise<PlanReply | undefined> {
      return new Promise((resolve) => {
        settle = resolve;
        void child.send(question);
      });
    },
    kill: child.kill,
    get lastWords() {
      return lastWords;
    },
  };
  child.onMessage((reply) => settle?.(reply));
  child.onGone(() => {
    process.isGone = true;
    settle?.(undefined);
  });
  return process;
}

/** The process begins with the first question, and anew where one was ended. */
export function createProcessPlanner(host: Pick<Host, 'startChild'>, clock: Clock): Planner {
  let process: PlanProcess | undefined;
  let idle = new AbortController();

  function end(): void {
    process?.kill();
    process = undefined;
  }

  function endWhenIdle(): void {
    idle = new AbortController();
    const { signal } = idle;
    void clock.sleepUntil(clock.now() + IDLE_MS, signal).then(() => {
      if (!signal.aborted) end();
    });
  }

  async function ask(question: PlanQuestion, signal: AbortSignal): Promise<PlanReply> {
    const reply = await askProcess(question, signal);
    if (!('error' in reply) || reply.error.code !== PLUGIN_CHANGED) return reply;
    // A process keeps the modules that it has loaded: another one loads them as they are now.
    end();
    return askProcess(question, signal);
  }

  async function askProcess(question: PlanQuestion, signal: AbortSignal): Promise<PlanReply> {
    idle.abort();
    if (process === undefined || process.isGone) process = startPlanProcess(host);
    const own = process;
    const over = new AbortController();
    let isEnded = false;
    const endAfter = (ms: number) =>
      void clock.sleepUntil(clock.now() + ms, over.signal).then(() => {
        if (over.signal.aborted) return;
        isEnded = true;
        own.kill();
      });
    endAfter(LONGEST_MS);
    signal.addEventListener('abort', () => endAfter(OUTDATED_MS), { signal: over.signal });
    const reply = await own.ask(question);
    over.abort();
    endWhenIdle();
    if (reply) return reply;
    if (signal.aborted) throw outdated();
    if (!isEnded) throw new Error(`the process that plans has ended: ${own.lastWords}`);
    const message = `The plan was not made within ${LONGEST_MS / 1000} s`;
    throw new Refusal(422, message, { code: 'no-preview', hint: 'Choose fewer visits.' });
  }

  return createPlanner(ask, () => {
    idle.abort();
    end();
  });
}
