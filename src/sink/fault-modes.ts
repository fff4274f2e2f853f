/** Faults in words, as a command line names them: `deadlock:10%`, `too-large=65536`. */
import type { Fault, FaultRule, Faults } from './faults.ts';

interface Mode {
  readonly help: string;
  /** What the value is, as help names it; undefined where there is none. */
  readonly value?: string;
  /** Undefined where the value makes no sense. */
  readonly apply: (value: string) => Partial<FaultRule> | ((faults: Faults) => void) | undefined;
}

const DEADLOCKS: readonly Fault[] = [
  { kind: 'deadlock', records: 'all', says: 'error' },
  { kind: 'deadlock', records: 'part', says: 'error' },
  { kind: 'deadlock', records: 'none', says: 'error' },
  { kind: 'deadlock', records: 'none', says: 'text' },
];

function wholeNumber(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function status(value: string, isProcessed: boolean): Partial<FaultRule> | undefined {
  const code = wholeNumber(value);
  if (code === undefined || code < 200 || code > 599) return undefined;
  return { faults: [{ kind: 'status', status: code, isProcessed }] };
}

const always = (fault: Fault) => () => ({ faults: [fault] });

const MODES: Readonly<Record<string, Mode>> = {
  deadlock: {
    help: 'bulk requests fail, recorded in full, in part or not',
    apply: () => ({ faults: DEADLOCKS, scope: 'bulk' }),
  },
  'new-day-deadlock': {
    help: 'the same for two at a time on a day new to the site',
    apply: () => (faults) => {
      faults.hasNewDayDeadlocks = true;
    },
  },
  queue: {
    help: 'the plugin QueuedTracking: hits are recorded later',
    apply: () => (faults) => {
      faults.queueMs = 500;
    },
  },
  'too-large': {
    value: 'BYTES',
    help: '413 for larger requests',
    apply(value) {
      const bytes = wholeNumber(value);
      if (bytes === undefined) return undefined;
      return {
        faults: [{ kind: 'status', status: 413, isProcessed: false }],
        suits: ({ body }) => Buffer.byteLength(body) > bytes,
      };
    },
  },
  forbid: {
    value: 'TEXT',
    help: '403 for requests with the text, as from a firewall',
    apply: (value) =>
      value === ''
        ? undefined
        : {
            faults: [{ kind: 'status', status: 403, isProcessed: false }],
            suits: ({ body }) => body.includes(value),
          },
  },
  status: { value: 'CODE', help: 'a page with the HTTP status', apply: (value) => status(value, false) },
  'late-status': {
    value: 'CODE',
    help: 'the same after everything was recorded',
    apply: (value) => status(value, true),
  },
  redirect: {
    value: 'URL',
    help: 'a redirect',
    apply: (value) => (value === '' ? undefined : { faults: [{ kind: 'redirect', location: value }] }),
  },
  empty: { help: '200 without a body, recorded', apply: always({ kind: 'empty' }) },
  html: { help: '200 with a page, not recorded', apply: always({ kind: 'html' }) },
  gzip: { help: 'compressed answers', apply: always({ kind: 'compressed', coding: 'gzip' }) },
  deflate: { help: 'compressed answers', apply: always({ kind: 'compressed', coding: 'deflate' }) },
  br: { help: 'compressed answers', apply: always({ kind: 'compressed', coding: 'br' }) },
  hang: { help: 'no answer, not recorded', apply: always({ kind: 'hang', isProcessed: false }) },
  'late-hang': { help: 'no answer, recorded', apply: always({ kind: 'hang', isProcessed: true }) },
  close: { help: 'a closed connection, not recorded', apply: always({ kind: 'close', isProcessed: false }) },
  'late-close': {
    help: 'a closed connection, recorded',
    apply: always({ kind: 'close', isProcessed: true }),
  },
  'recording-off': { help: 'record_statistics=0', apply: always({ kind: 'recording-off' }) },
  'locked-out': { help: 'no token counts', apply: always({ kind: 'locked-out' }) },
};

/** One line a mode, for help. */
export function faultModes(): string[] {
  return Object.entries(MODES).map(([name, { value, help }]) =>
    `  ${value === undefined ? name : `${name}=${value}`}`.padEnd(22).concat(help),
  );
}

const MODE = /^([a-z-]+)(?:=(.*?))?(?::(\d{1,3}(?:\.\d+)?)%)?$/s;

/** Switches the fault on that the text names: `NAME`, `NAME=VALUE`, each with `:10%` for a part of the requests. */
export function addFault(faults: Faults, text: string): boolean {
  const [, name = '', value = '', percent = '100'] = MODE.exec(text) ?? [];
  const mode = Object.hasOwn(MODES, name) ? MODES[name] : undefined;
  const share = Number(percent) / 100;
  if (!mode || share <= 0 || share > 1 || (mode.value === undefined && value !== '')) return false;
  const made = mode.apply(value);
  if (typeof made === 'function') made(faults);
  else if (made)
    faults.add({ faults: [], scope: 'tracking', times: Number.POSITIVE_INFINITY, share, ...made });
  return made !== undefined;
}
