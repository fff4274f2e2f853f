/** What a client gets from an endpoint that meets a fault. */
import type { Deadlock, Fault } from './faults.ts';
import { bulkErrorReply, htmlReply, jsonReply, type Reply } from './replies.ts';
import type { TrackerMode } from './tracking/tracker.ts';

/** What to do with a request: process it or not, then answer it, leave it waiting or cut it off. */
export interface FaultEffect {
  readonly isProcessed: boolean;
  readonly mode: TrackerMode;
  readonly ending: 'answer' | 'hang' | 'close';
  /** Takes the place of the answer that processing gives. */
  readonly reply: Reply | null;
  /** Set where only some of the hits are recorded. */
  readonly deadlock?: Deadlock;
  /** The answer, whichever it is, is compressed so. */
  readonly coding?: 'gzip' | 'deflate' | 'br';
}

const NORMAL: FaultEffect = { isProcessed: true, mode: 'normal', ending: 'answer', reply: null };

function replyOf(fault: Fault): Reply | null {
  switch (fault.kind) {
    case 'error':
      return bulkErrorReply(fault.tracked ?? 0);
    case 'unavailable':
      return htmlReply(503, '503 Service Temporarily Unavailable');
    case 'too-many-requests':
      return htmlReply(429, '429 Too Many Requests', { 'retry-after': String(fault.retryAfterSeconds) });
    case 'bad-gateway':
      return htmlReply(502, '502 Bad Gateway');
    case 'html':
      return htmlReply(200, 'Welcome');
    case 'status':
      return htmlReply(fault.status, `${fault.status} as told`);
    case 'empty':
      return { status: 200, type: 'text/html; charset=utf-8', body: '' };
    case 'redirect':
      return htmlReply(301, '301 Moved Permanently', { location: fault.location });
    default:
      return null;
  }
}

/** The course of a request to `matomo.php`. */
export function trackingFault(fault: Fault | null): FaultEffect {
  if (!fault) return NORMAL;
  if (fault.kind === 'hang' || fault.kind === 'close') {
    return { ...NORMAL, isProcessed: fault.isProcessed, ending: fault.kind };
  }
  if (fault.kind === 'locked-out' || fault.kind === 'recording-off') return { ...NORMAL, mode: fault.kind };
  if (fault.kind === 'compressed') return { ...NORMAL, coding: fault.coding };
  if (fault.kind === 'deadlock') return { ...NORMAL, deadlock: fault };
  const isProcessed = fault.kind === 'empty' || (fault.kind === 'status' && fault.isProcessed);
  return { ...NORMAL, isProcessed, reply: replyOf(fault) };
}

/** The course of a request to `index.php`, which goes on working where recording is switched off. */
export function reportingFault(fault: Fault | null): FaultEffect {
  if (fault?.kind === 'locked-out') {
    const message = 'You cannot log in from this address for now, as too many attempts failed.';
    return { ...NORMAL, isProcessed: false, reply: jsonReply({ result: 'error', message }) };
  }
  return { ...trackingFault(fault), mode: 'normal' };
}
