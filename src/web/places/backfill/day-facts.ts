/** What the service knows of days: the last one, those that were sent before, and those that need a token. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call, isAway, Problem } from '../../api/client.ts';
import type { BackfillDays } from '../../api/schema.ts';
import { runs } from '../../live/state.ts';
import { backfillDraft as state } from '../../settings/draft.ts';
import { type Day, dayCount } from './days.ts';

/** The service tells of so many days at a time. */
const MOST_DAYS = 400;
const AFTER_CHANGE_MS = 150;

interface DayFacts {
  /** Undefined until it has answered, and where the settings are wrong: the form says how. */
  readonly facts: BackfillDays | undefined;
  /** It has answered, or failed to, for the settings as they are: their site and timezone say which day it is. */
  readonly isSettled: boolean;
}

export function useDayFacts(first: Day, last: Day): DayFacts {
  const settled = useSignal<string | undefined>(undefined);
  const facts = useSignal<BackfillDays | undefined>(undefined);
  const { preset, settings, sink } = state.request();
  // What the window is does not change which days there are.
  const others = Object.entries(settings).filter(([env]) => !env.startsWith('BACKFILL_'));
  const isShort = dayCount(first, last) <= MOST_DAYS;
  const request = JSON.stringify({ preset, settings: Object.fromEntries(others), sink });
  // When a backfill has ended, there are more of them.
  const ended = runs.value.filter(({ command, isEnded }) => command === 'backfill' && isEnded).length;
  useEffect(() => {
    const over = new AbortController();
    const ask = async () => {
      try {
        const body = { ...JSON.parse(request), from: first, to: last };
        facts.value = (await call('post', '/api/v2/backfill-days', { body, signal: over.signal })).data;
      } catch (error) {
        if (over.signal.aborted) return;
        // The calendar does without: counting the visits says what is wrong, and the page whether the service is away.
        if (!(error instanceof Problem || isAway(error))) throw error;
        facts.value = undefined;
      }
      settled.value = request;
    };
    const timer = setTimeout(() => void (isShort && ask()), AFTER_CHANGE_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [request, first, last, isShort, ended, facts, settled]);
  return { facts: facts.value, isSettled: !isShort || settled.value === request };
}
