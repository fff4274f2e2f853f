/** A transport that answers as a test says, on the test's clock, and remembers what it was given. */
import type { Clock } from '../../src/types/clock.ts';
import type { Delivery, Transport } from '../../src/types/delivery.ts';
import type { Hit } from '../../src/types/hit.ts';
import type { Outcome } from '../../src/types/outcome.ts';

export interface ScriptedAnswer {
  /** 10 unless told. */
  readonly latencyMs?: number;
  /** Of all hits, or one for each; accepted unless told. */
  readonly outcome?: Outcome | readonly Outcome[];
  readonly retries?: number;
  readonly fatal?: Error;
}

export type Script = (hits: readonly Hit[], rank: number, nowMs: number) => ScriptedAnswer;

export interface ScriptedRequest {
  readonly hits: readonly Hit[];
  readonly sentMs: number;
  /** Undefined while in flight. */
  answeredMs: number | undefined;
}

export interface ScriptedTransport extends Transport {
  readonly requests: readonly ScriptedRequest[];
  readonly mostInFlight: number;
}

/** @param script gets the hits, the rank of the request, from 0, and the time */
export function createScriptedTransport(clock: Clock, script: Script = () => ({})): ScriptedTransport {
  const requests: ScriptedRequest[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  return {
    requests,
    get mostInFlight() {
      return mostInFlight;
    },
    async send({ hits }): Promise<Delivery> {
      const answer = script(hits, requests.length, clock.now());
      const request: ScriptedRequest = { hits, sentMs: clock.now(), answeredMs: undefined };
      requests.push(request);
      inFlight++;
      mostInFlight = Math.max(mostInFlight, inFlight);
      await clock.sleepUntil(request.sentMs + (answer.latencyMs ?? 10), new AbortController().signal);
      inFlight--;
      request.answeredMs = clock.now();
      const { outcome = { kind: 'accepted' }, retries = 0, fatal } = answer;
      const outcomes = 'kind' in outcome ? hits.map(() => outcome) : outcome;
      const { sentMs, answeredMs } = request;
      return { outcomes, retries, sentMs, answeredMs, ...(fatal ? { fatal } : {}) };
    },
    close: async () => {},
  };
}
