/** What a person sees who has never started anything: try it here, or connect a Matomo. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import { Head } from '../../components/head.tsx';
import { attempt } from '../../components/notices.tsx';
import { hasSharedLedger } from '../../live/state.ts';
import { pathTo } from '../../router.ts';

/** A rate at which the first visit comes at once. */
const TRIAL = { TARGET_VISITS_PER_DAY: 200_000, VISIT_TIMING: 'compressed' } as const;
const TRIAL_SECONDS = 600;

/** Loaded with the place that it is for. */
async function tryPastDays(): Promise<void> {
  const { backfillDraft } = await import('../../settings/draft.ts');
  backfillDraft.useSink(true);
}

export function FirstVisit() {
  const isStarting = useSignal(false);
  const start = async () => {
    isStarting.value = true;
    await attempt(() =>
      call('post', '/api/v2/runs', {
        body: { name: 'First look', preset: 'light', sink: true, forSeconds: TRIAL_SECONDS, settings: TRIAL },
      }),
    );
    isStarting.value = false;
  };
  return (
    <div class="stack wide">
      <Head title="Send realistic visits to Matomo">
        <p>Nothing has been sent from here yet. Have a look without a server, or connect your own.</p>
        {hasSharedLedger.value && (
          <p>
            What other machines send over the same ledger is in <a href={pathTo('workers')}>Workers</a>.
          </p>
        )}
      </Head>
      <div class="cards" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(18rem, 100%), 1fr))' }}>
        <div class="card stack">
          <h2>Try it here</h2>
          <p>
            Visits are sent to an endpoint in this program that responds as Matomo does. Nothing leaves this
            machine, and it stops after ten minutes.
          </p>
          <div class="row">
            <button type="button" class="primary" disabled={isStarting.value} onClick={start}>
              {isStarting.value ? 'Starting …' : 'Send the first visits'}
            </button>
            <a class="button" href={pathTo('backfill')} onClick={() => void tryPastDays()}>
              Try past days
            </a>
          </div>
        </div>
        <div class="card stack">
          <h2>Connect your Matomo</h2>
          <p>
            Enter its address, the number of a site and a token, test the connection, and see what a day will
            look like before anything is sent.
          </p>
          <div class="row">
            <a class="button" href={pathTo('traffic')}>
              Set up live traffic
            </a>
            <a class="button" href={pathTo('backfill')}>
              Fill past days
            </a>
          </div>
        </div>
      </div>
    </div>
  );
}
