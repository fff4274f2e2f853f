/** A process that plans for the service, without a pause for each question, until the service is gone or has no use for it. */
import type { Channel } from '../../child.ts';
import { EXIT } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { onWallTime } from '../../run/clock.ts';
import type { PlanQuestion, PlanReply } from '../../server/planning/questions.ts';
import type { Clock } from '../../types/clock.ts';
import { serviceSession } from '../options/service-session.ts';
import { createLog } from '../output/log.ts';
import { createPlanAnswers } from './plan-answers.ts';

/**
 * The first plans of a process take several times as long as later ones, until their code is compiled: so many are made
 * while nobody waits, after the first answer.
 */
const WARM_UPS = 6;
const PAUSE_MS = 5;

/** @returns the exit code, when nobody can ask any more */
export function planForService(
  service: Channel<PlanReply, PlanQuestion>,
  host: Host,
  clock: Clock,
): Promise<number> {
  const log = createLog(host, clock, () => ({ quiet: true }));
  const load = serviceSession({ args: [], host, clock, log, finish: () => {} });
  const answer = createPlanAnswers({ host, clock: onWallTime(clock), load });
  let asked = 0;
  async function warmUp(question: PlanQuestion): Promise<void> {
    for (let i = 0; i < WARM_UPS && asked === 1; i++) {
      // Questions come in between.
      await clock.sleepUntil(clock.now() + PAUSE_MS, new AbortController().signal);
      await answer({ ...question, given: new Map([...question.given, ['SEED', `warm-up ${i}`]]) });
    }
  }
  service.onMessage((question) => {
    asked++;
    const isFirst = asked === 1;
    void answer(question)
      .then(service.send)
      .then(() => (isFirst && question.kind === 'day' ? warmUp(question) : undefined));
  });
  return new Promise((resolve) => service.onGone(() => resolve(EXIT.done)));
}
