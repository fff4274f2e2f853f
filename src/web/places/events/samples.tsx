/** Samples of what is sent: visits of today that trigger events, as they are planned. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { PlannedVisits } from '../../components/planned-visits.tsx';

type Found = Calls['/api/v2/previews/visits']['post']['answer'];

const SHOWN = 3;

export function Samples() {
  const found = useSignal<Found | undefined>(undefined);
  const isBusy = useSignal(false);
  const show = async () => {
    isBusy.value = true;
    await attempt(async () => {
      const { data } = await call('post', '/api/v2/previews/visits', {
        body: { preset: [], settings: {}, count: SHOWN, kind: 'event' },
      });
      found.value = data;
    });
    isBusy.value = false;
  };
  return (
    <section class="stack">
      <h2>Samples</h2>
      <div class="row">
        <button type="button" disabled={isBusy.value} onClick={show}>
          {isBusy.value ? 'Planning …' : 'Show planned visits with events'}
        </button>
        <small>With the events that are saved. Nothing is sent.</small>
      </div>
      {found.value?.visits.length === 0 && <p class="soft">No visit of today triggers an event.</p>}
      {found.value && found.value.visits.length > 0 && (
        <PlannedVisits
          visits={found.value.visits}
          timezone={found.value.timezone}
          isMarked={(kind) => kind === 'event'}
        />
      )}
    </section>
  );
}
