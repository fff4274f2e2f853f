/** Why hits were not accepted or requests were sent again, in words, and what helps: one table for summaries, reports and the page. */

export interface Reason {
  /** After a number of hits, or alone: `the server was too slow`. */
  readonly what: string;
  /** One or two sentences, for those who use the page as well as for those who use the command line. */
  readonly remedy: string;
}

const UNSURE =
  'The hits may have been recorded. Matomo could not be asked: give a token that may view the site. Comparing with its reports shows how many are missing.';
const GARBLED =
  'See what answers in front of Matomo: a proxy, a login page, an error of PHP. The hits may have been recorded.';
const LOCAL = 'A limit of this machine, not of the server. Lower the concurrency';

/** By the name that an outcome has. */
export const REASONS: Readonly<Record<string, Reason>> = {
  capped: {
    what: 'daily cap reached',
    remedy: 'Nothing, if the cap is intended. For more visits, raise the daily cap.',
  },
  late: {
    what: 'the server was too slow',
    remedy: 'Send fewer visits a day, raise the concurrency, or give the server more resources.',
  },
  behind: {
    what: 'this machine was too slow',
    remedy: 'Send fewer visits a day, or use several processes (shards).',
  },
  stopped: {
    what: 'the run ended first',
    remedy: 'Nothing: they were due after the end. A backfill can be resumed.',
  },
  paused: { what: 'the run was paused', remedy: 'Nothing.' },
  'target-down': {
    what: 'the target was down',
    remedy: 'Check the server and its error log. A backfill can be resumed.',
  },
  unreachable: {
    what: 'no connection',
    remedy: 'Check the address, the network and whether the server is running. Nothing was recorded.',
  },
  'no-answer': {
    what: 'sent, but no response came',
    remedy: `Check the load of the server, or raise the response timeout. ${UNSURE}`,
  },
  'connection-lost': {
    what: 'the connection broke before the response',
    remedy: `Check the server and the proxies before it: they close connections, as when they restart or run out of workers. ${UNSURE}`,
  },
  'gateway-timeout': {
    what: 'a proxy gave up waiting for Matomo (HTTP 504)',
    remedy: `Matomo takes longer than the proxy before it waits. Send fewer visits a day, or raise the timeout of the proxy. ${UNSURE}`,
  },
  'in-doubt': {
    what: 'an earlier process ended before the response came',
    remedy: 'Compare with Matomo’s reports to see whether the hits were recorded.',
  },
  abandoned: { what: 'given up before the response came', remedy: UNSURE },
  'process-lost': {
    what: 'the process ended unexpectedly',
    remedy: 'See the end of the log. The hits may have been recorded: compare with Matomo’s reports.',
  },
  'bulk-error': {
    what: 'Matomo could not finish the request (HTTP 500)',
    remedy: `Often a deadlock in Matomo’s database: see Matomo’s error log, or lower the concurrency. ${UNSURE}`,
  },
  'empty-answer': { what: 'an empty response', remedy: GARBLED },
  'garbled-answer': { what: 'a response that was cut off or damaged', remedy: GARBLED },
  'not-matomo': { what: 'a response that is not Matomo’s', remedy: GARBLED },
  queued: {
    what: 'put into a queue by a plugin of Matomo',
    remedy: 'Nothing, if the queue is worked off: they are recorded later.',
  },
  lost: {
    what: 'left out of Matomo’s count without a reason',
    remedy: 'See Matomo’s error log. Comparing with its reports shows how many are missing.',
  },
  invalid: {
    what: 'Matomo refuses the hit',
    remedy:
      'A retry would not help. Check the site, its goals, and whether the token may write to it: testing the connection shows it.',
  },
  'invalid-unnamed': {
    what: 'Matomo refuses some hits of a request without saying which',
    remedy: 'A retry would not help. Check the site, its goals, and whether the token may write to it.',
  },
  'too-large': {
    what: 'the server refuses the request as too large',
    remedy: 'Raise the server’s limit for the size of requests (client_max_body_size, LimitRequestBody).',
  },
  deferred: {
    what: 'the server refuses requests with certain content',
    remedy:
      'Often a firewall before Matomo: ask for an exception for matomo.php. The hits were not recorded, and resuming the backfill sends them again.',
  },
  'access-refused': {
    what: 'the server refuses access',
    remedy:
      'If other hits were accepted with the same token, a firewall refuses some content: ask for an exception for matomo.php. Otherwise check the token and its permissions.',
  },
  'rate-limited': {
    what: 'the server limits how many requests it takes (HTTP 429)',
    remedy: 'Send fewer visits a day, or raise the limit of the server.',
  },
  'recording-off': {
    what: 'Matomo’s recording is turned off',
    remedy: 'Set record_statistics = 1 in Matomo’s config.ini.php.',
  },
  redirected: {
    what: 'the server redirects',
    remedy: 'Use the address that it redirects to.',
  },
  'too-many-open-files': {
    what: 'this machine cannot open more connections',
    remedy: `${LOCAL}, or raise the limit of open files (ulimit -n 4096).`,
  },
  'no-free-port': {
    what: 'this machine has no free port left',
    remedy: `${LOCAL}, or widen the range of ports (net.ipv4.ip_local_port_range).`,
  },
  'no-network-memory': {
    what: 'this machine has no memory left for connections',
    remedy: `${LOCAL}, or free memory.`,
  },
};

function ofStatus(status: number): string {
  if (status === 401 || status === 403)
    return 'Check the token and its permissions, and whether a firewall blocks the requests.';
  if (status === 404) return 'Check the address: it must lead to matomo.php.';
  if (status === 413) return 'Raise the server’s limit for the size of requests.';
  if (status >= 500)
    return 'The server is overloaded or broken. See its error log, or send fewer visits a day.';
  return 'See the error log of the server.';
}

/** A status such as `http-503` needs no entry of its own. A name that is not known stands for itself. */
export function reasonOf(name: string): Reason {
  const known = REASONS[name];
  if (known) return known;
  const status = /^http-(\d{3})$/.exec(name)?.[1];
  if (status !== undefined) return { what: `HTTP ${status}`, remedy: ofStatus(Number(status)) };
  return {
    what: name.replaceAll('-', ' '),
    remedy: 'The log has the message of the server: look at its level debug.',
  };
}

/** `late (the server was too slow)`; a status says enough. */
export function namedReason(name: string): string {
  const words = REASONS[name]?.what;
  return words === undefined ? name : `${name} (${words})`;
}

const intended = new Set(['capped', 'paused', 'stopped']);

/** True: the hits were left out on purpose, so that nothing is wrong. */
export function isIntended(name: string): boolean {
  return intended.has(name);
}
