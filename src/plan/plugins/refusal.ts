/** Refuses what a hook returned, with the visit that it was returned for. */
import type { VisitFacts } from './contexts.ts';
import { type Hook, type HookOccasion, hookError } from './extensions.ts';
import { type Refuse, refusalText } from './step-reader.ts';

export const occasionOf = ({ day, index }: VisitFacts): HookOccasion => ({ date: day.date, index });

/** Refuses what the hook of this visit has returned. */
export function refusalOf({ place }: Pick<Hook<never>, 'place'>, facts: VisitFacts): Refuse {
  return (where, expected, found, hint) => {
    const details = hint === undefined ? {} : { hint };
    throw hookError(place, occasionOf(facts), refusalText(where, expected, found), details);
  };
}
