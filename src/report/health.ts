/** How well a target takes what it is sent, in a word. */
import type { OutcomeKind } from '../types/outcome.ts';
import { missingOf } from './counts.ts';

const HEALTHY = 0.95;
const DEGRADED = 0.7;

/** `unknown`: nothing has been sent yet. */
export type Health = 'healthy' | 'degraded' | 'failing' | 'unknown';

/**
 * By the share of sent hits that were accepted. Of the skipped ones, only those count that the target refuses; what a
 * process of ours has left behind is not the target's doing.
 */
export function healthOf(
  hits: Readonly<Record<OutcomeKind, number>>,
  reasons: Readonly<Record<string, number>> = {},
): Health {
  const sent = hits.accepted + missingOf(hits, reasons) - (reasons['process-lost'] ?? 0);
  if (sent === 0) return 'unknown';
  const share = hits.accepted / sent;
  if (share >= HEALTHY) return 'healthy';
  return share >= DEGRADED ? 'degraded' : 'failing';
}
