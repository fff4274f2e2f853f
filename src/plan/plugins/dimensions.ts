/** Custom dimensions that plugins fill: one value for a visit, or one for each of its hits. */
import type { DimensionValue, Step, VisitSource } from '../../types/visit.ts';
import type { RandomSource } from '../random.ts';
import { dimensionContext, type VisitFacts } from './contexts.ts';
import type { ExtensionDimension, Extensions } from './extensions.ts';
import { hookStreams } from './hook-random.ts';
import { occasionOf, refusalOf } from './refusal.ts';
import { ValueReader } from './step-reader.ts';

/** Matomo's column has 255. */
const LONGEST_VALUE = 250;

/** What of a visit is known once it is written. */
export interface WrittenFacts {
  readonly source: VisitSource;
  /** `plugin/name` */
  readonly behaviour: string | undefined;
}

export interface PluginDimensions {
  ofVisit(facts: VisitFacts, written: WrittenFacts): readonly DimensionValue[] | undefined;
  /** The steps with the values that they carry. */
  withValues(steps: readonly Step[], facts: VisitFacts, written: WrittenFacts): readonly Step[];
}

export function createPluginDimensions({ dimensions }: Extensions, random: RandomSource): PluginDimensions {
  const entries = dimensions.map((dimension) => ({
    dimension,
    streamAt: hookStreams(random, dimension.place),
  }));
  type Entry = (typeof entries)[number];
  const scoped = (wanted: ExtensionDimension['scope']) =>
    entries.filter(({ dimension }) => dimension.scope === wanted);
  const [ofVisits, ofActions] = [scoped('visit'), scoped('action')];

  function valuesOf(
    of: readonly Entry[],
    facts: VisitFacts,
    { source, behaviour }: WrittenFacts,
    step?: { readonly type: string; readonly url: string; readonly rank: number },
  ): DimensionValue[] | undefined {
    let values: DimensionValue[] | undefined;
    const shown = step && Object.freeze({ type: step.type, url: step.url });
    for (const { dimension, streamAt } of of) {
      // Each hit of a visit draws on its own: a visit has at most 500 steps of a plugin, and 2^21 visits a day have room.
      const minor = step === undefined ? facts.index : facts.index * 1024 + (step.rank % 1024);
      const stream = () => streamAt(facts.day.number, minor >>> 0);
      const context = dimensionContext(facts, stream, source, behaviour, shown);
      const value = dimension.call(occasionOf(facts), context);
      if (value === undefined) continue;
      const reader = new ValueReader({ value }, '', refusalOf(dimension, facts));
      values ??= [];
      values.push({ id: dimension.id, value: reader.text('value', LONGEST_VALUE) });
    }
    return values;
  }

  return {
    ofVisit: (facts, written) => (ofVisits.length === 0 ? undefined : valuesOf(ofVisits, facts, written)),
    withValues(steps, facts, written) {
      if (ofActions.length === 0) return steps;
      return steps.map((step, rank) => {
        const dimensions = valuesOf(ofActions, facts, written, { type: step.kind, url: step.page.url, rank });
        return dimensions === undefined ? step : { ...step, dimensions };
      });
    },
  };
}
