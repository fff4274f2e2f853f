/** A visit as it is accounted for: its hits become objects only for those who ask for one of them. */
import type { Hit, HitKind, VisitRecord } from '../../types/hit.ts';
import type { FunnelProgress, Step, Visit, VisitKey } from '../../types/visit.ts';

const revenueOf = (step: Step) => (step.kind === 'order' ? step.order.revenueCents : 0);

class PlannedVisit implements VisitRecord {
  readonly key: VisitKey;
  readonly lane: number;
  readonly funnel: FunnelProgress | undefined;
  readonly behaviour: string | undefined;
  readonly visitorId: string;
  readonly userId: string | undefined;
  readonly digest: string;
  readonly kinds: readonly HitKind[];
  readonly revenueCents: number;
  /** When each hit is due, in epoch ms. */
  private readonly times: readonly number[];
  /** Of each hit; undefined where the visit has no order. */
  private readonly revenues: readonly number[] | undefined;
  private made: readonly Hit[] | undefined;

  constructor({ key, lane, funnel, behaviour, steps, visitor }: Visit, digest: string) {
    this.key = key;
    this.lane = lane;
    this.funnel = funnel;
    this.behaviour = behaviour;
    this.visitorId = visitor.id;
    this.userId = visitor.userId;
    this.digest = digest;
    const kinds: HitKind[] = new Array(steps.length);
    const times: number[] = new Array(steps.length);
    let revenueCents = 0;
    for (let seq = 0; seq < steps.length; seq++) {
      const step = steps[seq] as Step;
      kinds[seq] = step.kind;
      times[seq] = step.atMs;
      revenueCents += revenueOf(step);
    }
    this.kinds = kinds;
    this.times = times;
    this.revenueCents = revenueCents;
    this.revenues = revenueCents === 0 ? undefined : steps.map(revenueOf);
    this.made = undefined;
  }

  get hits(): readonly Hit[] {
    this.made ??= this.makeHits();
    return this.made;
  }

  private makeHits(): Hit[] {
    const { kinds, times, revenues } = this;
    const hits: Hit[] = new Array(kinds.length);
    for (let seq = 0; seq < kinds.length; seq++) {
      const revenueCents = revenues ? (revenues[seq] as number) : 0;
      hits[seq] = {
        visit: this,
        seq,
        dueMs: times[seq] as number,
        kind: kinds[seq] as HitKind,
        revenueCents,
      };
    }
    return hits;
  }
}

/** @param digest of what is sent of it */
export function visitRecordOf(visit: Visit, digest: string): VisitRecord {
  return new PlannedVisit(visit, digest);
}
