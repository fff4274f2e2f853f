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

/** @returns the exit code, when nobody can ask any more */
export function planForService(
  service: Channel<PlanReply, PlanQuestion>,
  host: Host,
  clock: Clock,
): Promise<number> {
  const log = createLog(host, clock, () => ({ quiet: true }));
  const load = serviceSession({ args: [], host, clock, log, finish: () => {} });
  const answer = createPlanAnswers({ host, clock: onWallTime(clock), load });
  service.onMessage((question) => {
    void answer(question).then(service.send);
  });
  return new Promise((resolve) => service.onGone(() => resolve(EXIT.done)));
}
