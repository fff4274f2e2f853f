/** What plugins do in visits: whole ones, steps of funnels, sources and custom dimensions. */
import type { Page } from '../../types/content/content.ts';
import type { FunnelStep } from '../../types/content/journeys.ts';
import type { VisitSource } from '../../types/visit.ts';
import type { RandomSource } from '../random.ts';
import {
  type BehaviourWriting,
  type ChosenBehaviour,
  createBehaviourChoice,
  writeBehaviour,
} from './behaviours.ts';
import { type VisitFacts, type VisitSurroundings, visitContext } from './contexts.ts';
import { createPluginDimensions, type PluginDimensions } from './dimensions.ts';
import type { Extensions } from './extensions.ts';
import { hookStreams } from './hook-random.ts';
import { occasionOf, refusalOf } from './refusal.ts';
import { createPluginSources } from './sources.ts';
import { type StepRules, writeSteps } from './step-writer.ts';

export type PluginStep = Extract<FunnelStep, { type: 'plugin' }>;

export interface PluginVisits {
  /** The source of a visit that a plugin has one for. */
  sourceOf(facts: VisitFacts): VisitSource | undefined;
  /** The behaviour that takes the visit. */
  behaviourFor(facts: VisitFacts): ChosenBehaviour | undefined;
  write: (
    chosen: ChosenBehaviour,
    facts: VisitFacts,
    around: VisitSurroundings,
    writing: BehaviourWriting,
  ) => ReturnType<typeof writeBehaviour>;
  /** Writes one step of a funnel on the open page. `rank` is that of the step in its funnel. */
  writeStep(
    step: PluginStep,
    rank: number,
    page: Page,
    facts: VisitFacts,
    around: VisitSurroundings,
    writing: BehaviourWriting,
  ): void;
  readonly dimensions: PluginDimensions;
}

export function createPluginVisits(
  extensions: Extensions,
  random: RandomSource,
  rules: StepRules,
): PluginVisits {
  const steps = new Map(
    [...extensions.steps].map(([name, step]) => [name, { step, streamAt: hookStreams(random, step.place) }]),
  );
  return {
    sourceOf: createPluginSources(extensions, random, rules.pages),
    behaviourFor: createBehaviourChoice(extensions, random),
    write: (chosen, facts, around, writing) => writeBehaviour(chosen, facts, around, rules, writing),
    writeStep(planned, rank, page, facts, around, writing) {
      const entry = steps.get(planned.name);
      if (!entry) throw new Error(`there is no step ${planned.name}`);
      const { step, streamAt } = entry;
      const stream = streamAt(facts.day.number, facts.index * 64 + rank);
      const context = visitContext(
        facts,
        stream,
        around,
        Object.freeze({ url: page.url, title: page.title }),
      );
      const result = step.call(occasionOf(facts), context, planned.options);
      const refuse = refusalOf(step, facts);
      const { longestMs } = step;
      writeSteps(result, false, rules, { ...writing, longestMs, refuse });
    },
    dimensions: createPluginDimensions(extensions, random),
  };
}
