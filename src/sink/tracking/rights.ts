/** What the bearer of a token may do. */
import type { SinkConfig } from '../config.ts';

export interface Rights {
  /** True for a token that the sink knows. */
  readonly isKnown: boolean;
  readonly isSuperUser: boolean;
  /** May set the time, the address and the place of a hit: super user, admin or write. */
  readonly maySetTimeAndPlace: (site: number) => boolean;
  readonly mayView: (site: number) => boolean;
  readonly adminSites: readonly number[];
  readonly writeSites: readonly number[];
  readonly viewableSites: readonly number[];
}

export const NO_RIGHTS: Rights = {
  isKnown: false,
  isSuperUser: false,
  maySetTimeAndPlace: () => false,
  mayView: () => false,
  adminSites: [],
  writeSites: [],
  viewableSites: [],
};

/** Gives every token its rights; an unknown or empty one has none. */
export function createRights(config: SinkConfig): (token: string) => Rights {
  const everySite = config.sites.map((site) => site.id);
  const known = new Map<string, Rights>();
  for (const { token, role, sites } of config.tokens) {
    const viewableSites = role === 'super' ? everySite : sites;
    const mayWrite = role !== 'view';
    known.set(token, {
      isKnown: true,
      isSuperUser: role === 'super',
      maySetTimeAndPlace: (site) => mayWrite && viewableSites.includes(site),
      mayView: (site) => viewableSites.includes(site),
      adminSites: role === 'super' || role === 'admin' ? viewableSites : [],
      writeSites: role === 'write' ? viewableSites : [],
      viewableSites,
    });
  }
  return (token) => known.get(token) ?? NO_RIGHTS;
}
