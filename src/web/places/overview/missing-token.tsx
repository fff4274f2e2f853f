/** A run that goes on, or waits, without the token that it was started with: what that means, and how to give it again. */
import { call } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { confirmWithTokens } from '../../components/missing-tokens.ts';
import { attempt } from '../../components/notices.tsx';
import { StartAgain } from './actions.tsx';

const clock = (at: string) =>
  new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Of a backfill: goes on with what was not sent. */
export function GoOnWithToken({ run }: { run: Run }) {
  const goOn = async () => {
    const body = await confirmWithTokens(run, {
      title: `Go on with ${run.name}?`,
      text: 'It goes on where it stopped; nothing is sent twice.',
      confirm: 'Go on',
    });
    if (!body) return;
    await attempt(
      () => call('post', '/api/v2/runs/{id}/resume-backfill', { path: { id: run.id }, body }),
      'The backfill continues.',
    );
  };
  return (
    <button type="button" class="primary" onClick={goOn}>
      Enter the token and go on
    </button>
  );
}

export function MissingToken({ run }: { run: Run }) {
  const { state, withoutTokensSince } = run;
  if (state === 'needs-token') return <GoOnWithToken run={run} />;
  if (withoutTokensSince === null) return null;
  return (
    <div class="banner row spread">
      <span>
        Goes on without its token since {clock(withoutTokensSince)}, when the service was started again:
        visits have no countries. Timezone and currency are as before. To go on with it, start again and enter
        it.
      </span>
      <StartAgain run={run} />
    </div>
  );
}
