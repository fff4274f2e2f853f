/** Behaviours: which visits a plugin writes as a whole, and what becomes of what it wrote. */
import type { Step, VisitSource } from '../../types/visit.ts';
import type { RandomSource, RandomStream } from '../random.ts';
import type { VisitBuilder } from '../visits/visit-builder.ts';
import { type VisitFacts, type VisitSurroundings, visitContext, whenOf } from './contexts.ts';
import { type ExtensionBehaviour, type Extensions, hookError, inShort } from './extensions.ts';
import { hookStreams } from './hook-random.ts';
import { occasionOf, refusalOf } from './refusal.ts';
import { readSource } from './sources.ts';
import { isRecord } from './step-reader.ts';
import { type StepRules, writeSteps } from './step-writer.ts';

export interface ChosenBehaviour {
  readonly behaviour: ExtensionBehaviour;
  /** What its hook draws from. */
  readonly streamAt: (day: number, index: number) => RandomStream;
}

export interface BehaviourVisit {
  readonly steps: readonly Step[];
  /** Where the visit comes from; undefined where the hook leaves that open. */
  readonly source: VisitSource | undefined;
}

/** What a visit is written with. */
export interface BehaviourWriting {
  readonly builder: VisitBuilder;
  readonly timing: RandomStream;
  readonly orderId: () => string;
}

/** The share of a minute, which a hook may tell. */
function shareAt({ share, place }: ExtensionBehaviour, facts: VisitFacts): number {
  if (typeof share === 'number') return share;
  const told = share.call(occasionOf(facts), whenOf(facts.day, facts.startMs));
  if (typeof told === 'number' && told >= 0 && told <= 1) return told;
  throw hookError(
    place,
    occasionOf(facts),
    `share must give a number from 0 to 1, but gave ${inShort(told)}.`,
  );
}

/** Picks the behaviour that takes a visit. Each draws on its own, so that one more moves none before it. */
export function createBehaviourChoice({ behaviours }: Extensions, random: RandomSource) {
  const entries = behaviours.map((behaviour) => ({
    behaviour,
    chanceAt: hookStreams(random, behaviour.place, 'share'),
    streamAt: hookStreams(random, behaviour.place),
  }));
  return (facts: VisitFacts): ChosenBehaviour | undefined => {
    let left = 1;
    for (const entry of entries) {
      const share = shareAt(entry.behaviour, facts);
      if (share > left + 1e-9) {
        const what = `the behaviours' shares come to more than 1: ${share} is asked for, and ${left.toFixed(3)} is left.`;
        throw hookError(entry.behaviour.place, occasionOf(facts), what, { hint: 'Lower the shares.' });
      }
      if (share > 0 && entry.chanceAt(facts.day.number, facts.index).next() * left < share) return entry;
      left -= share;
    }
    return undefined;
  };
}

/** Has the behaviour write the visit. @throws UserError where it breaks a rule */
export function writeBehaviour(
  { behaviour, streamAt }: ChosenBehaviour,
  facts: VisitFacts,
  around: VisitSurroundings,
  rules: StepRules,
  { builder, timing, orderId }: BehaviourWriting,
): BehaviourVisit {
  const refuse = refusalOf(behaviour, facts);
  const { home, pages } = around.site;
  const stream = streamAt(facts.day.number, facts.index);
  const context = visitContext(facts, stream, around, home);
  const result = behaviour.call(occasionOf(facts), context);
  const isBare = !isRecord(result);
  const steps = isBare ? result : result.steps;
  const written = isBare ? undefined : result.source;
  const { longestMs } = behaviour;
  writeSteps(steps, true, rules, { builder, timing, orderId, longestMs, refuse });
  return {
    steps: builder.schedule(facts.startMs, around.latestMs),
    source: written === undefined ? undefined : readSource(written, 'source', pages, refuse),
  };
}
