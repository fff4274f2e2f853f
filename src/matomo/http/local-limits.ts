/** Limits of this machine that keep a connection from being opened: the target has no part in them. */
import { networkCode } from './http-client.ts';

export interface LocalLimit {
  /** Stable name, as of an outcome. */
  readonly reason: string;
  readonly what: string;
  readonly hint: string;
}

const FILES: LocalLimit = {
  reason: 'too-many-open-files',
  what: 'this process cannot open more files and connections',
  hint: 'Raise the limit (ulimit -n 4096), or lower CONCURRENCY (--concurrency).',
};
const PORTS: LocalLimit = {
  reason: 'no-free-port',
  what: 'this machine has no free port left',
  hint: 'Lower CONCURRENCY (--concurrency), or widen the range of ports (net.ipv4.ip_local_port_range).',
};
const MEMORY: LocalLimit = {
  reason: 'no-network-memory',
  what: 'this machine has no memory left for connections',
  hint: 'Lower CONCURRENCY (--concurrency), or free memory.',
};

/** By the code of the system's error. */
const LIMITS: Readonly<Record<string, LocalLimit>> = {
  EMFILE: FILES,
  ENFILE: FILES,
  EADDRNOTAVAIL: PORTS,
  ENOBUFS: MEMORY,
  ENOMEM: MEMORY,
};

/** Undefined when the error is of another kind. */
export function localLimitOf(error: unknown): LocalLimit | undefined {
  return LIMITS[networkCode(error)];
}

/** The limit with the name, as it stands among the reasons of a summary. */
export function localLimitNamed(reason: string | undefined): LocalLimit | undefined {
  return Object.values(LIMITS).find((limit) => limit.reason === reason);
}
