/** A visit of which some hits are settled and others are not. */
import type { VisitRecord } from '../types/hit.ts';
import type { OutcomeKind } from '../types/outcome.ts';
import type { VisitKey } from '../types/visit.ts';
import type { Totals, VisitCounts } from './totals.ts';

export interface OpenDay {
  readonly key: Pick<VisitKey, 'target' | 'day'>;
  readonly totals: Totals;
  openVisits: number;
}

export interface OpenVisit {
  readonly day: OpenDay;
  settled: number;
  accepted: number;
  skipped: number;
  hasCart: boolean;
  hasOrder: boolean;
  isCutOff: boolean;
  /** By rank of the hit; undefined before it is settled. */
  readonly outcomes: (OutcomeKind | undefined)[];
}

export function openVisitOf({ kinds }: VisitRecord, day: OpenDay): OpenVisit {
  return {
    day,
    settled: 0,
    accepted: 0,
    skipped: 0,
    hasCart: false,
    hasOrder: false,
    isCutOff: false,
    outcomes: new Array(kinds.length).fill(undefined),
  };
}

export function classify(visit: OpenVisit): keyof Omit<VisitCounts, 'planned'> {
  if (visit.accepted === visit.settled) return 'complete';
  if (visit.accepted > 0) return 'partial';
  return visit.skipped === visit.settled ? 'skipped' : 'failed';
}

/** The first steps of a visit are those of its funnel, one hit each: how many were accepted before the first that was not. */
export function acceptedSteps({ funnel }: VisitRecord, { outcomes }: OpenVisit): number {
  if (!funnel) return 0;
  const accepted = outcomes.findIndex((kind) => kind !== 'accepted');
  return Math.min(funnel.stepsDone, accepted < 0 ? outcomes.length : accepted);
}
