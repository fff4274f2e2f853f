/** How well a target takes what it is sent, in a word. */
import type { OutcomeKind } from '../types/outcome.ts';
import { sentOf } from './counts.ts';

const HEALTHY = 0.95;
const DEGRADED = 0.7;

/** `unknown`: nothing has been sent yet. */
export type Health = 'healthy' | 'degraded' | 'failing' | 'unknown';

/** By the share of sent hits that were accepted; skipped hits were not sent. */
export function healthOf(hits: Readonly<Record<OutcomeKind, number>>): Health {
  const sent = sentOf(hits);
  if (sent === 0) return 'unknown';
  const share = hits.accepted / sent;
  if (share >= HEALTHY) return 'healthy';
  return share >= DEGRADED ? 'degraded' : 'failing';
}
