/** Hits of a live run that workers share are written down before they are due: one commit for many, and none of them waits. */
import type { ForeseenTimeline } from '../../run/foreseen.ts';
import type { Gate } from '../../run/gate.ts';
import type { Batch } from '../../types/delivery.ts';
import type { VisitRecord } from '../../types/hit.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { Journal } from './journal.ts';

/** Hits that leave within this time are written down as soon as one is not that leaves before half of it has passed. */
const AHEAD_MS = 600;
const NEEDED_MS = AHEAD_MS / 2;

/** To be called a few times in that time. */
export async function writeSoon(
  timeline: Pick<ForeseenTimeline, 'until'>,
  gate: Pick<Gate, 'roomOn'>,
  journal: Pick<Journal, 'decided' | 'isWritten' | 'writeSoon'>,
  nowMs: number,
): Promise<void> {
  const soon = letIn(timeline.until(nowMs + AHEAD_MS), gate, journal.decided);
  const needed = soon.filter(({ leaveMs }) => leaveMs < nowMs + NEEDED_MS);
  if (!journal.isWritten(needed)) await journal.writeSoon(soon);
}

/** The batches without those of visits that the gate will not let in. */
function letIn(batches: readonly Batch[], gate: Pick<Gate, 'roomOn'>, decided: Journal['decided']): Batch[] {
  const coming = new Map<LocalDate, number>();
  const refused = new Set<VisitRecord>();
  return batches.filter(({ hits: [hit] }) => {
    if (!hit) return false;
    const { visit, seq } = hit;
    const earlier = seq === 0 ? decided(visit) : false;
    if (earlier !== false) {
      // One that a former owner has let in takes its place again: to write too few beforehand does no harm.
      const { day } = visit.key;
      const before = coming.get(day) ?? 0;
      coming.set(day, before + 1);
      if (earlier === undefined && before >= gate.roomOn(day)) refused.add(visit);
    }
    return !refused.has(visit);
  });
}
