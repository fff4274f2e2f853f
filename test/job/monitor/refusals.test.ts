import { describe, expect, it } from 'vitest';
import { EXIT, UserError } from '../../../src/errors.ts';
import { withRefusalCheck } from '../../../src/job/monitor/refusals.ts';
import type { Outcome } from '../../../src/types/outcome.ts';
import { bulkBatch, pageviews, visitOf } from '../../doubles/hits.ts';
import { createScriptedTransport } from '../../doubles/scripted-transport.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

const INVALID: Outcome = { kind: 'rejected', reason: 'invalid' };
const ACCEPTED: Outcome = { kind: 'accepted' };
const TOKEN_REFUSED = new UserError('The token is refused.', {
  code: 'token-refused',
  exitCode: EXIT.authentication,
});
const SITE_REFUSED = new UserError('The site is refused.', { code: 'site-refused', exitCode: EXIT.target });

/** @param answer of every request, for each of its two hits */
function open(answer: readonly Outcome[], refusal: UserError | undefined) {
  const clock = new VirtualClock();
  const target = createScriptedTransport(clock, () => ({ outcome: answer }));
  let questions = 0;
  const probe = async () => {
    questions++;
    await clock.sleepUntil(clock.now() + 20, new AbortController().signal);
    if (refusal) throw refusal;
  };
  const transport = withRefusalCheck(target, { probe, clock });
  const { hits } = visitOf({ kinds: pageviews(2) });
  const send = () => transport.send(bulkBatch(hits), new AbortController().signal);
  return { clock, send, questions: () => questions };
}

describe('a request of which nothing was taken', () => {
  it('stays rejected where the target would take others', async () => {
    const { clock, send, questions } = open([INVALID, INVALID], undefined);
    for (let i = 0; i < 5; i++) {
      const { outcomes, fatal } = await clock.run(send());
      expect({ outcomes, fatal }).toEqual({ outcomes: [INVALID, INVALID], fatal: undefined });
    }
    expect(questions()).toBe(1);
  });

  it('ends the run where the token is refused, and has failed, so that it may be sent again', async () => {
    const { clock, send, questions } = open([INVALID, INVALID], TOKEN_REFUSED);
    const deliveries = await clock.run(Promise.all([send(), send(), send()]));
    const failed = { kind: 'failed', reason: 'token-refused' };
    for (const { outcomes, fatal } of deliveries) {
      expect(outcomes).toEqual([failed, failed]);
      expect(fatal).toBe(TOKEN_REFUSED);
    }
    expect(questions()).toBe(1);
  });

  it('has failed while the target takes nothing, and may be sent again', async () => {
    const { clock, send } = open([INVALID, INVALID], SITE_REFUSED);
    const { outcomes, fatal } = await clock.run(send());
    const failed = { kind: 'failed', reason: 'site-refused' };
    expect({ outcomes, fatal }).toEqual({ outcomes: [failed, failed], fatal: undefined });
  });
});

describe('a request of which a part was taken', () => {
  it('raises no question', async () => {
    const { clock, send, questions } = open([ACCEPTED, INVALID], TOKEN_REFUSED);
    expect((await clock.run(send())).outcomes).toEqual([ACCEPTED, INVALID]);
    expect(questions()).toBe(0);
  });
});
