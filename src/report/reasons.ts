/** Why hits were not accepted or requests were sent again, in words, and what helps: one table for summaries, reports and the page. */
import type { Section } from './sections.ts';

export interface Reason {
  /** After a number of hits, or alone: `the server was too slow`. */
  readonly what: string;
  /** One or two sentences, for those who use the page as well as for those who use the command line. */
  readonly remedy: string;
  /** More of it, where hits are lost: attempts that fail are sent again where Matomo says that it has not got them. */
  readonly ifLost?: string;
  /** Of docs/troubleshooting.md, which explains more. */
  readonly section: Section;
}

const UNSURE =
  'The hits may have been recorded all the same. Comparing with Matomo’s reports shows how many are missing.';
const GARBLED = 'See what answers in front of Matomo: a proxy, a login page, an error of PHP.';
const LOCAL = 'A limit of this machine, not of the server. Lower the concurrency';

/** By the name that an outcome has. */
export const REASONS: Readonly<Record<string, Reason>> = {
  capped: {
    what: 'daily cap reached',
    remedy: 'Nothing, if the cap is intended. For more visits, raise the daily cap.',
    section: 'intended',
  },
  late: {
    what: 'the server was too slow',
    remedy:
      'They waited too long for responses to the hits before them. Send fewer visits a day, or give the server more resources. More requests at a time help only where all are in use.',
    section: 'slow',
  },
  behind: {
    what: 'this machine was too slow',
    remedy: 'Send fewer visits a day, or use several processes (shards).',
    section: 'local',
  },
  stopped: {
    what: 'the run ended first',
    remedy:
      'Nothing: they were due after the end, or waited for their next attempt when somebody ended the run. A backfill can be resumed.',
    section: 'intended',
  },
  interrupted: {
    what: 'the service or its process was not running',
    remedy:
      'Nothing: they are the rest of visits that were open when sending was interrupted. A run that goes on sends new visits.',
    section: 'intended',
  },
  paused: { what: 'the run was paused', remedy: 'Nothing.', section: 'intended' },
  'target-down': {
    what: 'the target was down',
    remedy: 'Check the server and its error log. A backfill can be resumed.',
    section: 'broken',
  },
  unreachable: {
    what: 'no connection',
    remedy:
      'Check the address, the network and whether the server is running. None of these requests was recorded.',
    section: 'broken',
  },
  'no-answer': {
    what: 'no response came',
    remedy: 'Check the load of the server, or raise the response timeout.',
    ifLost: UNSURE,
    section: 'slow',
  },
  'connection-lost': {
    what: 'the connection broke before the response',
    remedy:
      'Check the server and the proxies before it: they close connections, as when they restart or run out of workers.',
    ifLost: UNSURE,
    section: 'broken',
  },
  'gateway-timeout': {
    what: 'a proxy gave up waiting for Matomo (HTTP 504)',
    remedy:
      'Matomo takes longer than the proxy before it waits. Send fewer visits a day, or raise the timeout of the proxy.',
    ifLost: UNSURE,
    section: 'slow',
  },
  'in-doubt': {
    what: 'an earlier process ended before the response came',
    remedy: 'Compare with Matomo’s reports to see whether the hits were recorded.',
    section: 'unsure',
  },
  abandoned: {
    what: 'given up before the response came',
    remedy:
      'Nothing, if the run was ended at once on purpose. The hits may have been recorded: comparing with Matomo’s reports shows how many are missing.',
    section: 'unsure',
  },
  'process-lost': {
    what: 'the process ended unexpectedly',
    remedy: 'See the end of the log. The hits may have been recorded: compare with Matomo’s reports.',
    section: 'unsure',
  },
  'bulk-error': {
    what: 'Matomo could not finish the request (HTTP 500)',
    remedy: 'Often a deadlock in Matomo’s database: see Matomo’s error log, or lower the concurrency.',
    ifLost: UNSURE,
    section: 'broken',
  },
  'empty-answer': { what: 'an empty response', remedy: GARBLED, ifLost: UNSURE, section: 'foreign' },
  'garbled-answer': {
    what: 'a response that was cut off or damaged',
    remedy: GARBLED,
    ifLost: UNSURE,
    section: 'foreign',
  },
  'not-matomo': {
    what: 'a response that is not Matomo’s',
    remedy: GARBLED,
    ifLost: UNSURE,
    section: 'foreign',
  },
  queued: {
    what: 'put into a queue by a plugin of Matomo',
    remedy: 'Nothing, if the queue is worked off: they are recorded later.',
    section: 'unsure',
  },
  lost: {
    what: 'left out of Matomo’s count without a reason',
    remedy: 'See Matomo’s error log. Comparing with its reports shows how many are missing.',
    section: 'matomo',
  },
  invalid: {
    what: 'Matomo refuses the hit',
    remedy:
      'A retry would not help. Check the site, its goals, and whether the token may write to it: `validate` shows it, or “Test the connection” on the page.',
    section: 'matomo',
  },
  'invalid-unnamed': {
    what: 'Matomo refuses some hits of a request without saying which',
    remedy: 'A retry would not help. Check the site, its goals, and whether the token may write to it.',
    section: 'matomo',
  },
  'too-large': {
    what: 'the server refuses the request as too large',
    remedy: 'Raise the server’s limit for the size of requests (client_max_body_size, LimitRequestBody).',
    section: 'size',
  },
  deferred: {
    what: 'the server refuses requests with certain content',
    remedy:
      'Often a firewall before Matomo: ask for an exception for matomo.php. The hits were not recorded, and resuming the backfill sends them again.',
    section: 'firewall',
  },
  forbidden: {
    what: 'the server refuses these hits, while it takes others',
    remedy:
      'Not the token, with which others are accepted, but a firewall that dislikes a page, or a limit of requests: ask for an exception for matomo.php. The hits were not recorded.',
    section: 'firewall',
  },
  'access-refused': {
    what: 'the server refuses access',
    remedy:
      'Nothing was accepted: check the password or firewall before Matomo, and the token with its permissions.',
    section: 'firewall',
  },
  'rate-limited': {
    what: 'the server limits how many requests it takes (HTTP 429)',
    remedy: 'Send fewer visits a day, or raise the limit of the server.',
    section: 'slow',
  },
  'recording-off': {
    what: 'Matomo’s recording is turned off',
    remedy: 'Set record_statistics = 1 in Matomo’s config.ini.php.',
    section: 'matomo',
  },
  redirected: {
    what: 'the server redirects',
    remedy: 'Use the address that it redirects to.',
    section: 'foreign',
  },
  'too-many-open-files': {
    what: 'this machine cannot open more connections',
    remedy: `${LOCAL}, or raise the limit of open files (ulimit -n 4096).`,
    section: 'local',
  },
  'no-free-port': {
    what: 'this machine has no free port left',
    remedy: `${LOCAL}, or widen the range of ports (net.ipv4.ip_local_port_range).`,
    section: 'local',
  },
  'no-network-memory': {
    what: 'this machine has no memory left for connections',
    remedy: `${LOCAL}, or free memory.`,
    section: 'local',
  },
  'worker-lost': {
    what: 'a worker was lost with them',
    remedy: 'See the log of that worker. Others have taken over what came later.',
    section: 'unsure',
  },
  'site-refused': {
    what: 'Matomo takes no hit of the site',
    remedy:
      'Check that the site exists, and whether Matomo’s database is running: Matomo answers both alike.',
    section: 'matomo',
  },
  'token-refused': {
    what: 'the token lacks the permission',
    remedy: 'Check the token: its user needs write access to the site.',
    section: 'matomo',
  },
  'authentication-refused': {
    what: 'the server refuses access',
    remedy: 'Check the password or firewall before Matomo.',
    section: 'firewall',
  },
};

/** What the probe finds that follows hits which were refused: the server fails, or something else answers. */
const PROBED = /^target-/;

function ofStatus(status: number): Omit<Reason, 'what'> {
  if (status === 401 || status === 403 || status === 406)
    return {
      remedy:
        'A password, a firewall or a limit of requests before Matomo: ask for an exception for matomo.php. If no hit was accepted yet, check the token too.',
      section: 'firewall',
    };
  if (status === 404) return { remedy: 'Check the address: it must lead to matomo.php.', section: 'foreign' };
  if (status === 413)
    return { remedy: 'Raise the server’s limit for the size of requests.', section: 'size' };
  if (status >= 500)
    return {
      remedy: 'The server is overloaded or broken. See its error log, or send fewer visits a day.',
      section: 'broken',
    };
  return { remedy: 'See the error log of the server.', section: 'broken' };
}

/** A status such as `http-503` needs no entry of its own. A name that is not known stands for itself. */
export function reasonOf(name: string): Reason {
  const known = REASONS[name];
  if (known) return known;
  const status = /^http-(\d{3})$/.exec(name)?.[1];
  if (status !== undefined) return { what: `HTTP ${status}`, ...ofStatus(Number(status)) };
  const what = name.replace(PROBED, 'server ').replaceAll('-', ' ');
  return { what, remedy: 'Check the server and its error log.', section: 'broken' };
}

/** `late (the server was too slow)`; a status says enough. */
export function namedReason(name: string): string {
  const words = REASONS[name]?.what;
  return words === undefined ? name : `${name} (${words})`;
}

const intended = new Set(['capped', 'interrupted', 'paused', 'stopped']);

/** True: the hits were left out on purpose, so that nothing is wrong. */
export function isIntended(name: string): boolean {
  return intended.has(name);
}
