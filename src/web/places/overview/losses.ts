/** Why hits were not accepted, and what helps, in words. The names are those of summaries and logs. */

interface Remedy {
  readonly what: string;
  readonly remedy: string;
}

const REMEDIES: Readonly<Record<string, Remedy>> = {
  capped: {
    what: 'Above the daily cap',
    remedy: 'Nothing, if the cap is intended. For more visits, raise MAX_VISITS_PER_DAY.',
  },
  late: {
    what: 'The server was too slow',
    remedy: 'Send fewer visits a day, or give the server more resources.',
  },
  behind: {
    what: 'This machine was too slow',
    remedy: 'Send fewer visits a day, or use several processes (shards).',
  },
  stopped: { what: 'The run ended first', remedy: 'Nothing. They were due after the end.' },
  paused: { what: 'Due during a pause', remedy: 'Nothing.' },
  'target-down': { what: 'The server was down', remedy: 'Check the server. A backfill can be resumed.' },
  invalid: {
    what: 'Matomo refused the hit',
    remedy: 'Check the target under Targets: site, token and goals.',
  },
  'rate-limited': {
    what: 'The server limits how many requests it takes',
    remedy: 'Send fewer visits a day, or raise the limit of the server.',
  },
  'no-answer': {
    what: 'No response in time',
    remedy: 'The hits may have been recorded. To find out, compare with Matomo on the page of the run.',
  },
  'in-doubt': {
    what: 'Not known whether recorded',
    remedy: 'To find out, compare with Matomo on the page of the run.',
  },
  'process-lost': { what: 'The process ended unexpectedly', remedy: 'See the end of the log.' },
};

function remedyOfStatus(status: number): string {
  if (status === 401 || status === 403)
    return 'Check the token under Targets, and whether a firewall blocks the requests.';
  if (status === 404) return 'Check the address under Targets: it must lead to matomo.php.';
  if (status === 413) return 'The server limits the size of requests. Send fewer hits in a request.';
  if (status >= 500)
    return 'The server is overloaded or broken. See its error log, or send fewer visits a day.';
  return 'See the log of the server.';
}

/** A status such as `http-503` needs no entry of its own. */
export function remedyOf(reason: string): Remedy {
  const known = REMEDIES[reason];
  if (known) return known;
  const status = /^http-(\d{3})$/.exec(reason)?.[1];
  if (status)
    return { what: `The server responded with HTTP ${status}`, remedy: remedyOfStatus(Number(status)) };
  return { what: reason.replaceAll('-', ' '), remedy: 'See the log of the run.' };
}
