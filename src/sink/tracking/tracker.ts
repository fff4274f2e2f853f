/** The tracking endpoint without HTTP: hits in, verdicts recorded, an answer out. */
import type { SinkConfig } from '../config.ts';
import {
  bulkErrorReply,
  bulkReply,
  emptyRequestReply,
  pixelReply,
  type Reply,
  recordingOffReply,
  refusalReply,
} from '../replies.ts';
import { ActionLog } from '../visits/action-log.ts';
import { SiteVisits } from '../visits/visits.ts';
import { integerOf, type Parameters, textOf } from './parameters.ts';
import type { TrackingRequest } from './request.ts';
import { createRights, NO_RIGHTS, type Rights } from './rights.ts';
import { createSiteRules, judge, type Sender, type SiteRules } from './rules.ts';
import { createUserAgentReader } from './user-agents.ts';

/** `locked-out`: no token counts. `recording-off`: nothing is recorded. */
export type TrackerMode = 'normal' | 'locked-out' | 'recording-off';

type Fate = 'invalid' | 'dropped' | 'tracked';

export class Tracker {
  readonly sites: ReadonlyMap<number, SiteVisits>;
  readonly rightsOf: (token: string) => Rights;
  readonly #rules: ReadonlyMap<number, SiteRules>;
  readonly #now: () => number;
  readonly #readUserAgent = createUserAgentReader();

  /** `now` gives epoch milliseconds. */
  constructor(config: SinkConfig, now: () => number) {
    const actions = new ActionLog();
    let lastId = 0;
    const nextId = () => {
      lastId += 1;
      return lastId;
    };
    this.sites = new Map(config.sites.map((site) => [site.id, new SiteVisits(site, actions, nextId)]));
    this.#rules = new Map(config.sites.map((site) => [site.id, createSiteRules(site)]));
    this.rightsOf = createRights(config);
    this.#now = now;
  }

  handle(request: TrackingRequest, sender: Sender, mode: TrackerMode): Reply {
    if (request.kind === 'empty') return emptyRequestReply(request.method);
    if (request.kind === 'single') return this.#single(request.parameters, sender, mode);
    if (mode === 'locked-out') return bulkErrorReply(0);
    if (mode === 'recording-off') {
      return bulkReply({ tracked: 0, invalid: [], showsIndices: false }, request.wantsReply);
    }
    const invalid: number[] = [];
    request.entries.forEach((parameters, index) => {
      const token = textOf(parameters, 'token_auth') || request.token;
      if (this.#track(parameters, sender, this.rightsOf(token)) === 'invalid') invalid.push(index);
    });
    const showsIndices = request.entries.length > 0 && this.rightsOf(request.token).isSuperUser;
    return bulkReply(
      { tracked: request.entries.length - invalid.length, invalid, showsIndices },
      request.wantsReply,
    );
  }

  #single(parameters: Parameters, sender: Sender, mode: TrackerMode): Reply {
    const wantsImage = parameters.get('send_image') !== '0';
    if (mode === 'recording-off') return recordingOffReply(wantsImage);
    const rights = mode === 'locked-out' ? NO_RIGHTS : this.rightsOf(textOf(parameters, 'token_auth'));
    const fate = this.#track(parameters, sender, rights);
    return fate === 'invalid' ? refusalReply(wantsImage) : pixelReply(wantsImage);
  }

  #track(parameters: Parameters, sender: Sender, rights: Rights): Fate {
    // An empty entry of a bulk request counts as tracked.
    if (parameters.size === 0) return 'dropped';
    const id = integerOf(parameters, 'idsite', 0);
    const rules = this.#rules.get(id);
    const visits = this.sites.get(id);
    if (!rules || !visits) return 'invalid';
    const verdict = judge({
      parameters,
      sender,
      rules,
      rights,
      nowSeconds: Math.floor(this.#now() / 1000),
      readUserAgent: this.#readUserAgent,
      hasOrder: (orderId) => visits.hasOrder(orderId),
    });
    if (verdict.kind === 'tracked') visits.record(verdict.hit);
    return verdict.kind;
  }
}
