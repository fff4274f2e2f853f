/** How a run is getting on: a bar on a terminal, else a line a minute, all on standard error. */
import { SingleBar } from 'cli-progress';
import type { Job } from '../../job/job.ts';
import type { Activity } from '../../job/monitor/activity.ts';
import type { Totals } from '../../ledger/totals.ts';
import { every } from '../../run/clock.ts';
import type { CliContext } from '../context.ts';
import { createLossLog } from './messages/loss-log.ts';
import { createNextVisit, type NextVisit } from './messages/next-visit.ts';
import { createStatus, finishingText, type Running, type Status } from './status.ts';

const LOG_EVERY_MS = 60_000;
export const DRAW_EVERY_MS = 200;
const LOOK_EVERY_MS = 1000;
/** A wait shorter than this is not worth a line: at the start, and later. */
const FIRST_WAIT_MS = 10_000;
const LATER_WAIT_MS = 300_000;

const BAR_WIDTH = 8;
/** `████░░░░  45%  ` */
const BAR_PART_WIDTH = BAR_WIDTH + 7;
const GAP = '  ';

export interface Progress {
  /** Called once for each job, with the counts that change as it goes on. */
  start(job: Job, totals: Totals, activity: Readonly<Activity>): void;
  readonly isStarted: boolean;
  /** Writes something to the terminal without tearing the bar. */
  printAbove(write: () => void): void;
  end(): void;
}

/** As many of the facts as have room, the first ones first. */
function fitted(facts: readonly string[], columns: number): string {
  return facts.reduce((line, fact) => {
    const longer = line === '' ? fact : `${line}${GAP}${fact}`;
    return longer.length <= columns ? longer : line;
  }, '');
}

/** A bar that shows the status until it is closed; it leaves no trace, and the cursor where it was. */
export function openBar(stream: NodeJS.WriteStream, statusNow: () => Status) {
  const first = statusNow();
  const hasEnd = first.done !== undefined;
  const bar = new SingleBar({
    stream,
    format: hasEnd ? `{bar} {percentage}%${GAP}{facts}` : '{facts}',
    autopadding: true,
    barsize: BAR_WIDTH,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    gracefulExit: false,
  });
  const placeOf = ({ done = 0 }: Status) => Math.floor(done * 1000);
  const shown = ({ facts }: Status) => ({
    facts: fitted(facts, (stream.columns ?? 80) - (hasEnd ? BAR_PART_WIDTH : 0) - 1),
  });
  bar.start(1000, placeOf(first), shown(first));
  return {
    draw() {
      const status = statusNow();
      bar.update(placeOf(status), shown(status));
    },
    close: () => bar.stop(),
  };
}

/** Whether somebody sees a bar, and wants one. */
export function hasBar({ host, log }: CliContext, options: { readonly progress?: boolean }): boolean {
  const isSeen = host.stderr.isTty && host.env.TERM !== 'dumb';
  return isSeen && options.progress !== false && log.isText && log.isEnabled('info');
}

/** What is looked at once a second, and told in lines of its own. */
function watchNextVisit({ log, clock }: CliContext, running: readonly Running[]) {
  const nextVisit = createNextVisit(running);
  const logLosses = createLossLog(log, clock, running);
  let told: NextVisit | undefined;
  let next: NextVisit | undefined;
  let startMs: number | undefined;
  /** Whether all arrivals have ended by then. */
  const isOverBy = (dueMs: number, fromMs: number) =>
    running.every(
      ({ job }) => job.command === 'run' && job.durationMs !== undefined && dueMs >= fromMs + job.durationMs,
    );
  return {
    get next() {
      return next;
    },
    look(nowMs: number) {
      logLosses();
      startMs ??= nowMs;
      const coming = nextVisit(nowMs);
      const waitMs = coming === undefined ? 0 : coming.dueMs - nowMs;
      const isOver = coming !== undefined && isOverBy(coming.dueMs, startMs);
      next = waitMs < FIRST_WAIT_MS || isOver ? undefined : coming;
      if (coming === undefined || coming === told || waitMs < FIRST_WAIT_MS) return;
      const isFirst = running.every(({ totals }) => totals.visits.planned === 0);
      if (!isFirst && waitMs < LATER_WAIT_MS) return;
      told = coming;
      const what = isOver ? 'no visit is due before the run ends' : `next visit is due at ${coming.when}`;
      log.info(`${what}: ${coming.why}`);
    },
    end: logLosses,
  };
}

export function showProgress(context: CliContext, options: { readonly progress?: boolean }): Progress {
  const { host, clock, log } = context;
  const { stderr } = host;
  const running: Running[] = [];
  const watch = watchNextVisit(context, running);
  const timers: (() => void)[] = [];
  let open: (() => ReturnType<typeof openBar>) | undefined;
  let bar: ReturnType<typeof openBar> | undefined;

  function printAbove(write: () => void): void {
    bar?.close();
    write();
    bar = open?.();
  }

  return {
    printAbove,
    get isStarted() {
      return running.length > 0;
    },
    start(job, totals, activity) {
      running.push({ job, totals, activity });
      if (running.length > 1) return;
      const statusOf = createStatus(clock.now(), running);
      const statusNow = (): Status => {
        const { done, facts } = statusOf(clock.now());
        const [first = '', second = '', ...others] = facts;
        const { next } = watch;
        return { done, facts: [first, second, ...(next ? [`next visit ${next.when}`] : []), ...others] };
      };
      const startMs = clock.now();
      let isFinishing = false;
      timers.push(
        every(LOOK_EVERY_MS, () => {
          watch.look(clock.now());
          const text = isFinishing ? undefined : finishingText(running, clock.now() - startMs);
          if (text === undefined) return;
          isFinishing = true;
          log.info(text);
        }),
      );
      if (hasBar(context, options) && stderr.stream) {
        const { stream } = stderr;
        open = () => openBar(stream, statusNow);
        bar = open();
        log.writeBy(printAbove);
        timers.push(every(DRAW_EVERY_MS, () => bar?.draw()));
      } else {
        statusNow();
        timers.push(every(LOG_EVERY_MS, () => log.info(statusNow().facts.join(', '))));
      }
    },
    end() {
      for (const stop of timers.splice(0)) stop();
      open = undefined;
      bar?.close();
      bar = undefined;
      log.writeBy(undefined);
      watch.end();
    },
  };
}
