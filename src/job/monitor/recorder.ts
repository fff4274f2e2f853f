/** What a run's engine tells, handed on to all who keep count of it. */
import type { Tally } from '../../ledger/tally.ts';
import type { Bodies } from '../../matomo/requests/body.ts';
import type { Recorder } from '../../run/recorder.ts';
import type { Hit } from '../../types/hit.ts';
import type { DayProgress } from '../ledger/day-progress.ts';
import type { Journal } from '../ledger/journal.ts';
import type { LiveDoubt } from '../ledger/live-doubt.ts';
import type { LiveProgress } from '../ledger/live-progress.ts';
import type { RunMonitor } from './monitor.ts';

export interface RecorderParts {
  readonly tally: Tally;
  readonly days: DayProgress;
  readonly journal: Journal;
  readonly monitor: RunMonitor;
  /** Where bodies go back to that need not be sent. */
  readonly bodies: Pick<Bodies, 'recycle'>;
  /** Of a live run that workers share. */
  readonly shared?: { readonly progress: LiveProgress; readonly resolve: LiveDoubt } | undefined;
  /** True: the journal counts visits towards their day's cap. */
  readonly isLive: boolean;
  /** The target refuses in a way that no later hit can escape. */
  readonly onFatal: (error: Error) => void;
  /** A request was answered, so long after it should have left. */
  readonly onAnswer?: (latencyMs: number) => void;
}

export function createRecorder(parts: RecorderParts): Recorder {
  const { tally, days, journal, monitor, bodies, isLive, onFatal, onAnswer, shared } = parts;
  /** Hits whose outcome a former owner of a live run has told. */
  const told = new WeakSet<Hit>();
  return {
    known(batch) {
      if (isLive) tally.due(batch.hits);
      days.take(batch);
      shared?.progress.take(batch);
      journal.passed(batch);
      const outcomes = journal.known(batch);
      if (outcomes && !outcomes.includes(undefined)) {
        days.settle(batch);
        bodies.recycle(batch.body);
        if (shared) for (const hit of batch.hits) told.add(hit);
      }
      return outcomes;
    },
    isInDoubt: ({ id }) => journal.inDoubt.has(id),
    get isReplaying() {
      return journal.isReplaying;
    },
    ...(shared ? { resolve: shared.resolve } : {}),
    skipped: journal.skipped,
    caughtUp: journal.caughtUp,
    sendJournal: journal.sendJournal,
    ...(isLive ? { admitted: journal.admit } : {}),
    plan(visit) {
      days.plan(visit);
      tally.plan(visit);
      shared?.progress.plan(visit);
      if (!shared || journal.decided(visit) === undefined) monitor.plan(visit);
    },
    sent(batch, delivery, times) {
      tally.sent(batch, delivery, times);
      monitor.sent(batch, delivery, times);
      shared?.progress.sent(batch, delivery, times);
      if (journal.sent(batch, delivery)) days.settle(batch);
      onAnswer?.(times.latencyMs);
      if (delivery.fatal) onFatal(delivery.fatal);
    },
    ...(shared ? {} : { accept: tally.accept }),
    settle(hit, outcome) {
      tally.settle(hit, outcome);
      shared?.progress.settle(hit, outcome);
      if (!told.has(hit)) monitor.settle(hit, outcome);
    },
  };
}
