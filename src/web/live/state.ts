/** What the service says is going on, as signals: runs, log lines, and whether the service is there at all. */
import { computed, signal } from '@preact/signals';
import type { LogLine, Run } from '../api/schema.ts';
import { heardAfter } from './heard.ts';
import { shareStream } from './tabs.ts';

const MOST_LINES = 2000;
const SILENCE_MS = 40_000;
const LOOK_EVERY_MS = 5000;

export type Connection = 'connecting' | 'live' | 'away';

export const connection = signal<Connection>('connecting');
/** When the service was heard of for the last time, epoch ms. */
export const heardMs = signal(0);
export const runs = signal<readonly Run[]>([]);
export const logLines = signal<readonly LogLine[]>([]);
/** Counts what others have changed in the store: presets, funnels, pages, events, schedules. */
export const storeChanges = signal(0);
/** The service has a ledger whose runs workers share. */
export const hasSharedLedger = signal(false);

export const runsAtWork = computed(() => runs.value.filter(({ isEnded }) => !isEnded));

function putRun(run: Run): void {
  const others = runs.value.filter(({ id }) => id !== run.id);
  runs.value = [run, ...others].sort((a, b) => b.id - a.id);
}

interface Snapshot {
  readonly runs?: readonly Run[];
  readonly logs?: readonly LogLine[];
  readonly hasSharedLedger?: boolean;
}

function onEvent(type: string, data: unknown): void {
  heardMs.value = heardAfter(type, heardMs.value, Date.now());
  if (type === 'away') connection.value = 'away';
  else connection.value = 'live';
  // Events have the shapes that the API's document describes.
  if (type === 'snapshot') {
    const { runs: all = [], logs = [], hasSharedLedger: isShared = false } = data as Snapshot;
    hasSharedLedger.value = isShared;
    runs.value = all;
    logLines.value = logs;
  } else if (type === 'job' || type === 'progress') putRun(data as Run);
  else if (type === 'log') logLines.value = [...logLines.value.slice(1 - MOST_LINES), data as LogLine];
  else if (type === 'store') storeChanges.value++;
  else if (type === 'forgotten') {
    const { id } = data as { readonly id: number };
    runs.value = runs.value.filter((run) => run.id !== id);
  }
}

const EVENTS = ['snapshot', 'job', 'progress', 'log', 'store', 'forgotten'];

function open(listener: (type: string, data: unknown) => void): () => void {
  let source: EventSource | undefined;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    source = new EventSource('/api/v2/stream?topics=jobs,logs,store');
    for (const type of EVENTS) {
      source.addEventListener(type, ({ data }: MessageEvent<string>) => listener(type, JSON.parse(data)));
    }
    source.onopen = () => listener('open', null);
    source.onerror = () => {
      listener('away', null);
      // The browser comes back by itself unless the answer was an error.
      if (source?.readyState === EventSource.CLOSED && !isClosed) timer = setTimeout(connect, 2000);
    };
  };
  connect();
  return () => {
    isClosed = true;
    clearTimeout(timer);
    source?.close();
  };
}

/** @returns ends following */
export function follow(): () => void {
  const shared = shareStream(open, () => [
    {
      type: 'snapshot',
      data: { runs: runs.value, logs: logLines.value, hasSharedLedger: hasSharedLedger.value },
    },
  ]);
  const stop = shared.listen(onEvent);
  const timer = setInterval(() => {
    if (
      connection.value === 'live' &&
      Date.now() - heardMs.value > SILENCE_MS &&
      runsAtWork.value.length > 0
    ) {
      connection.value = 'away';
    }
  }, LOOK_EVERY_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}
