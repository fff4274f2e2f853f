/** Why hits were not accepted, and what helps, in words. The names are those of summaries and logs. */

interface Remedy {
  readonly what: string;
  readonly remedy: string;
}

const REMEDIES: Readonly<Record<string, Remedy>> = {
  capped: {
    what: 'Above the daily cap',
    remedy: 'Nothing to do: the cap is meant. Raise MAX_VISITS_PER_DAY for more.',
  },
  late: {
    what: 'Waited too long for the server',
    remedy: 'The server is slower than the rate. Lower the rate, or give the server more.',
  },
  behind: {
    what: 'This machine was too slow',
    remedy: 'Use fewer visits a second, or several processes (shards).',
  },
  stopped: { what: 'The run ended first', remedy: 'Nothing to do: they were due after the end.' },
  paused: { what: 'Due during a pause', remedy: 'Nothing to do.' },
  'target-down': { what: 'The server was down', remedy: 'Look at the server. A backfill can be resumed.' },
  invalid: {
    what: 'Matomo refused the hit',
    remedy: 'Look at the site number, goals and token under Targets.',
  },
  'no-answer': {
    what: 'No answer in time',
    remedy: 'The hits may be recorded all the same: compare by Verify.',
  },
  'in-doubt': { what: 'Not known whether recorded', remedy: 'Compare with the reports by Verify.' },
  'process-lost': { what: 'The process ended unexpectedly', remedy: 'The log has its last words.' },
};

/** A status such as `http-503` needs no entry of its own. */
export function remedyOf(reason: string): Remedy {
  const known = REMEDIES[reason];
  if (known) return known;
  const status = /^http-(\d{3})$/.exec(reason)?.[1];
  if (status)
    return { what: `The server answered with HTTP ${status}`, remedy: 'Look at the log of the server.' };
  return { what: reason.replaceAll('-', ' '), remedy: 'The log of the run says more.' };
}
