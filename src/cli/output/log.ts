/** All that is told on standard error: words for people, or one JSON object a line for what collects logs. */
import type { Settings } from '../../config/schema/settings.ts';
import type { Host } from '../../host.ts';
import type { Clock } from '../../types/clock.ts';
import { wrapped } from './line-wrap.ts';
import { createPalette } from './palette.ts';

export const LOG_FORMATS = ['text', 'json'] as const;

const RANK = { error: 0, warning: 1, info: 2, debug: 3 } as const;
type Level = Settings['logLevel'];

/** The flags of every command that say what is told, and how. */
export interface LogFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly logFormat?: (typeof LOG_FORMATS)[number];
}

export interface LogFields {
  /** Stable name such as `no-stop-condition`. */
  readonly code?: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

type Tell = (message: string, about?: LogFields) => void;

export interface Log extends Readonly<Record<Level, Tell>> {
  /** The level that the settings name; `--quiet` and `--verbose` go before it. */
  useLevel(level: Level): void;
  isEnabled(level: Level): boolean;
  /** True for `--quiet`: on success nothing is printed at all, but for `--json`. */
  readonly isQuiet: boolean;
  /** False for JSON: nothing but lines may be written then. */
  readonly isText: boolean;
  /** Has every line written by way of the function, which makes room on a terminal that shows something else. */
  writeBy(through: ((write: () => void) => void) | undefined): void;
}

/** @param flags read whenever something is told: what is wrong with a command line is told while it is parsed */
export function createLog({ env, stderr }: Host, clock: Clock, flags: () => LogFlags): Log {
  const { red, yellow, dim } = createPalette({ env }, stderr);
  const colours = { error: red, warning: yellow, debug: dim, hint: dim };
  let settled: Level = 'info';
  let writeThrough: ((write: () => void) => void) | undefined;

  function level(): Level {
    const { quiet, verbose } = flags();
    if (quiet === true) return 'error';
    return verbose === true ? 'debug' : settled;
  }

  function lineOf(level: Level, message: string, { code, hint }: LogFields): string {
    if (flags().logFormat === 'json') {
      const time = new Date(clock.wallNow()).toISOString();
      return `${JSON.stringify({ time, level, message, code, hint })}\n`;
    }
    const first = level === 'info' ? wrapped(stderr, message, 0, 2) : labelled(level, message);
    return `${first}\n${hint === undefined ? '' : `  ${labelled('hint', hint)}\n`}`;
  }

  function labelled(label: keyof typeof colours, text: string): string {
    return `${colours[label](label)}: ${wrapped(stderr, text, label.length + 4, 4)}`;
  }

  const isEnabled = (wanted: Level) => RANK[wanted] <= RANK[level()];

  const tell =
    (own: Level): Tell =>
    (message, about = {}) => {
      if (!isEnabled(own)) return;
      const write = () => stderr.write(lineOf(own, message, about));
      if (writeThrough) writeThrough(write);
      else write();
    };

  return {
    error: tell('error'),
    warning: tell('warning'),
    info: tell('info'),
    debug: tell('debug'),
    isEnabled,
    get isQuiet() {
      return flags().quiet === true;
    },
    get isText() {
      return flags().logFormat !== 'json';
    },
    useLevel(level) {
      settled = level;
    },
    writeBy(through) {
      writeThrough = through;
    },
  };
}
