/** What visits set out to do: turns shares of all visits into chances of one visit of one persona. */
import type { Funnel, Persona } from '../../types/content/journeys.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import { SEGMENTS, type Segment } from './segments.ts';

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
  const total = (base: number) => {
    let sum = 0;
    for (const { weight, multiplier, ceiling } of rows) sum += weight * Math.min(ceiling, base * multiplier);
    return sum;
  };
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

/** How often each persona comes in each segment, of all visits. */
export type Mix = (persona: Persona, segment: Segment) => number;

/** The chances of a persona's visits by the rank of their segment in `SEGMENTS`. */
export type IntentsOf = ReadonlyMap<string, readonly Intents[]>;

interface Row {
  readonly persona: Persona;
  readonly segment: Segment;
  /** Share of all visits. */
  readonly share: number;
}

/** The chances of each persona's visits in each segment such that the configured shares hold over all visits. */
export function solveIntents(
  settings: TrafficSettings,
  funnelShares: readonly FunnelShare[],
  mix: Mix,
): IntentsOf {
  const { shares, journeys } = settings;
  const rows: readonly Row[] = journeys.personas.flatMap((persona) =>
    SEGMENTS.map((segment) => ({ persona, segment, share: mix(persona, segment) })),
  );
  const regular = Math.max(0, 1 - funnelShares.reduce((total, entry) => total + entry.share, 0));

  /** One chance for each row. */
  function chances(
    target: number,
    multiplierOf: (row: Row) => number,
    weightOf: (row: Row, rank: number) => number,
    ceilingOf: (rank: number) => number = () => 1,
  ): readonly number[] {
    const weighted = rows.map((row, rank) => ({
      weight: weightOf(row, rank),
      multiplier: multiplierOf(row),
      ceiling: ceilingOf(rank),
    }));
    const base = solveBase(weighted, target);
    return weighted.map(({ multiplier, ceiling }) => Math.min(ceiling, base * multiplier));
  }

  const bounce = chances(
    Math.max(
      0,
      shares.bounce - funnelShares.reduce((sum, { funnel, share }) => sum + share * loss(funnel), 0),
    ),
    ({ persona, segment }) => persona.propensity.bounce * segment.bounce,
    ({ share }) => share * regular,
  );
  /** Share of all visits that browse freely like this, after a funnel that has no such step too. */
  const browsing =
    (type?: StepType) =>
    ({ share }: Row, rank: number): number =>
      share *
      (regular * (1 - (bounce[rank] ?? 0)) +
        funnelShares.reduce((total, { funnel, share: entering }) => {
          const goesOn = !funnel.exitAfterCompletion && (type === undefined || reach(funnel, type) === 0);
          return total + (goesOn ? entering * completion(funnel) : 0);
        }, 0));
  const byFunnels = (type: StepType) =>
    funnelShares.reduce((total, { funnel, share }) => total + share * reach(funnel, type), 0);
  const rest = (share: number, type: StepType, multiplierOf: (row: Row) => number) =>
    chances(Math.max(0, share - byFunnels(type)), multiplierOf, browsing(type));

  const orderMultiplier = ({ persona, segment }: Row) => persona.propensity.order * segment.order;
  const order = rest(shares.order, 'ecommerce', orderMultiplier);
  const abandonment = Math.min(settings.cartAbandonment, 0.9999);
  const abandonedCart = chances(
    (Math.max(shares.order, byFunnels('ecommerce')) * abandonment) / (1 - abandonment),
    orderMultiplier,
    browsing('ecommerce'),
    (rank) => 1 - (order[rank] ?? 0),
  );
  const search = rest(shares.search, 'site_search', ({ persona }) => persona.propensity.search);
  const outlink = rest(shares.outlink, 'outlink', ({ persona }) => persona.propensity.outlink);
  const download = rest(shares.download, 'download', ({ persona }) => persona.propensity.download);
  const clickEvent = chances(shares.clickEvent, ({ persona }) => persona.propensity.clickEvent, browsing());
  const randomEvent = chances(
    shares.randomEvent,
    ({ persona }) => persona.propensity.randomEvent,
    browsing(),
  );

  const at = (list: readonly number[], rank: number) => list[rank] ?? 0;
  const intentsAt = (rank: number): Intents => ({
    bounce: at(bounce, rank),
    search: at(search, rank),
    outlink: at(outlink, rank),
    download: at(download, rank),
    clickEvent: at(clickEvent, rank),
    randomEvent: at(randomEvent, rank),
    order: at(order, rank),
    abandonedCart: at(abandonedCart, rank),
  });
  return new Map(
    journeys.personas.map(({ name }, i) => [
      name,
      SEGMENTS.map((_, rank) => intentsAt(i * SEGMENTS.length + rank)),
    ]),
  );
}
