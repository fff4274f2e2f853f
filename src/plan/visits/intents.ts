/** What visits set out to do: turns shares of all visits into chances of one visit of one persona. */
import type { Funnel, Persona } from '../../types/journeys.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';

/** Chances of a visit that is neither in a funnel nor, but for the first, a bounce. */
export interface Intents {
  readonly bounce: number;
  readonly search: number;
  readonly outlink: number;
  readonly download: number;
  readonly clickEvent: number;
  readonly randomEvent: number;
  readonly order: number;
  /** A cart without an order. */
  readonly abandonedCart: number;
}

/** A funnel with the share of all visits that enter it. */
export interface FunnelShare {
  readonly funnel: Funnel;
  readonly share: number;
}

/**
 * Share of all visits for each funnel in force. Lower priorities take theirs first; where too little is left for
 * funnels of one priority, they divide it by their probabilities, so that none starves the other.
 */
export function divideAmongFunnels(funnels: readonly Funnel[]): FunnelShare[] {
  const enabled = funnels.filter((funnel) => funnel.enabled && funnel.probability > 0);
  const shares: FunnelShare[] = [];
  let left = 1;
  for (const priority of [...new Set(enabled.map((funnel) => funnel.priority))].sort((a, b) => a - b)) {
    const level = enabled.filter((funnel) => funnel.priority === priority);
    const wanted = level.reduce((sum, funnel) => sum + funnel.probability, 0);
    const scale = Math.min(1, left / wanted);
    for (const funnel of level) shares.push({ funnel, share: funnel.probability * scale });
    left = Math.max(0, left - wanted);
  }
  return shares;
}

type StepType = Funnel['steps'][number]['type'];

/** Share of the funnel's visitors who come to a step of the given type. */
function reach(funnel: Funnel, type: StepType): number {
  let going = 1;
  for (const step of funnel.steps) {
    if (step.type === type) return going;
    going *= step.continueProbability;
  }
  return 0;
}

/** Share of the funnel's visitors who go through all of its steps. */
function completion(funnel: Funnel): number {
  return funnel.steps.slice(0, -1).reduce((going, step) => going * step.continueProbability, 1);
}

/** Share of the funnel's visitors who leave after its first page: bounces too. */
function loss(funnel: Funnel): number {
  if (funnel.steps.length === 1) return funnel.exitAfterCompletion ? 1 : 0;
  return 1 - (funnel.steps[0]?.continueProbability ?? 1);
}

/** Solves for the base chance at which the personas' own chances, each at most its ceiling, add up to the target. */
function solveBase(rows: readonly { weight: number; multiplier: number; ceiling: number }[], target: number) {
  const total = (base: number) =>
    rows.reduce((sum, row) => sum + row.weight * Math.min(row.ceiling, base * row.multiplier), 0);
  let low = 0;
  let high = 1;
  while (total(high) < target && high < 1e9) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (total(middle) < target) low = middle;
    else high = middle;
  }
  return low;
}

/** The chances of each persona's visits such that the configured shares hold over all visits. */
export function solveIntents(
  settings: TrafficSettings,
  funnelShares: readonly FunnelShare[],
): ReadonlyMap<string, Intents> {
  const { personas } = settings.journeys;
  const sum = personas.reduce((total, persona) => total + persona.share, 0);
  const regular = Math.max(0, 1 - funnelShares.reduce((total, entry) => total + entry.share, 0));
  const { shares } = settings;

  function chances(
    target: number,
    multiplierOf: (persona: Persona) => number,
    weightOf: (persona: Persona) => number,
    ceilingOf: (persona: Persona) => number = () => 1,
  ): Map<Persona, number> {
    const rows = personas.map((persona) => ({
      weight: weightOf(persona),
      multiplier: multiplierOf(persona),
      ceiling: ceilingOf(persona),
    }));
    const base = solveBase(rows, target);
    return new Map(
      personas.map((persona) => [persona, Math.min(ceilingOf(persona), base * multiplierOf(persona))]),
    );
  }

  const bounce = chances(
    Math.max(
      0,
      shares.bounce - funnelShares.reduce((sum, { funnel, share }) => sum + share * loss(funnel), 0),
    ),
    (persona) => persona.propensity.bounce,
    (persona) => (persona.share / sum) * regular,
  );
  /** Share of all visits that browse freely as this persona, after a funnel that has no such step too. */
  const browsing = (persona: Persona, type?: StepType) =>
    (persona.share / sum) *
    (regular * (1 - (bounce.get(persona) ?? 0)) +
      funnelShares.reduce((total, { funnel, share }) => {
        const goesOn = !funnel.exitAfterCompletion && (type === undefined || reach(funnel, type) === 0);
        return total + (goesOn ? share * completion(funnel) : 0);
      }, 0));
  const byFunnels = (type: StepType) =>
    funnelShares.reduce((total, { funnel, share }) => total + share * reach(funnel, type), 0);
  const rest = (share: number, type: StepType, multiplierOf: (persona: Persona) => number) =>
    chances(Math.max(0, share - byFunnels(type)), multiplierOf, (persona) => browsing(persona, type));

  const order = rest(shares.order, 'ecommerce', (persona) => persona.propensity.order);
  const abandonment = Math.min(settings.cartAbandonment, 0.9999);
  const abandonedCart = chances(
    (Math.max(shares.order, byFunnels('ecommerce')) * abandonment) / (1 - abandonment),
    (persona) => persona.propensity.order,
    (persona) => browsing(persona, 'ecommerce'),
    (persona) => 1 - (order.get(persona) ?? 0),
  );
  const search = rest(shares.search, 'site_search', (persona) => persona.propensity.search);
  const outlink = rest(shares.outlink, 'outlink', (persona) => persona.propensity.outlink);
  const download = rest(shares.download, 'download', (persona) => persona.propensity.download);
  const clickEvent = chances(shares.clickEvent, (persona) => persona.propensity.clickEvent, browsing);
  const randomEvent = chances(shares.randomEvent, (persona) => persona.propensity.randomEvent, browsing);

  const of = (table: Map<Persona, number>, persona: Persona) => table.get(persona) ?? 0;
  return new Map(
    personas.map((persona) => [
      persona.name,
      {
        bounce: of(bounce, persona),
        search: of(search, persona),
        outlink: of(outlink, persona),
        download: of(download, persona),
        clickEvent: of(clickEvent, persona),
        randomEvent: of(randomEvent, persona),
        order: of(order, persona),
        abandonedCart: of(abandonedCart, persona),
      },
    ]),
  );
}
