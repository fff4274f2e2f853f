/**
 * The state of a run: an icon and a word, so that nobody depends on a colour. What was last known has none, and neither has
 * a run that does its work beside a sentence that says what goes wrong.
 */
import type { Run, SharedRun } from '../api/schema.ts';
import { connection } from '../live/state.ts';

type State = Run['state'] | SharedRun['state'];

const MARKS: Readonly<
  Record<State, { readonly word: string; readonly tone: string; readonly path: string }>
> = {
  waiting: { word: 'Waiting for workers', tone: 'warn', path: 'M8 4v4l2.5 2.5M8 2a6 6 0 1 0 .01 0z' },
  starting: { word: 'Starting', tone: 'soft', path: 'M8 2v4M8 10v4M2 8h4M10 8h4' },
  running: { word: 'Running', tone: 'good', path: 'M4 3l9 5-9 5z' },
  paused: { word: 'Paused', tone: 'warn', path: 'M5 3v10M11 3v10' },
  stopping: { word: 'Stopping', tone: 'warn', path: 'M8 2v7M4.5 6.5L8 10l3.5-3.5M3 13h10' },
  restarting: { word: 'Restarting', tone: 'warn', path: 'M13 8a5 5 0 1 1-1.6-3.6M12 1.5v3.5H8.5' },
  'needs-token': {
    word: 'Needs its token',
    tone: 'warn',
    path: 'M10.5 8a3.5 3.5 0 1 1-1-2.5M10 8h5M13 8v3',
  },
  done: { word: 'Done', tone: 'good', path: 'M3 8.5l3.2 3.5L13 4.5' },
  stopped: { word: 'Stopped', tone: 'soft', path: 'M4 4h8v8H4z' },
  failed: { word: 'Failed', tone: 'bad', path: 'M4 4l8 8M12 4l-8 8' },
};

interface Props {
  readonly state: State;
  /** False: something goes wrong, which stands beside it. */
  readonly isGood?: boolean;
}

export function StateMark({ state, isGood = true }: Props) {
  const { word, tone, path } = MARKS[state];
  const shown = tone === 'good' && !isGood ? '' : tone;
  return (
    <span class={`state ${connection.value === 'away' ? 'soft' : shown}`}>
      <svg
        viewBox="0 0 16 16"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      >
        <path d={path} />
      </svg>
      {word}
    </span>
  );
}
