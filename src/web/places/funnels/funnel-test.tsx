/** The test of a funnel: visits of today that go through it, as they are planned. */
import { useSignal } from '@preact/signals';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { PlannedVisits } from '../../components/planned-visits.tsx';
import type { FunnelDraft } from './draft.ts';

type Found = Calls['/api/v2/previews/visits']['post']['answer'];

const SHOWN = 3;

interface Props {
  /** As it stands, saved or not: it is planned as if it were saved. */
  readonly draft: FunnelDraft;
  readonly isComplete: boolean;
  /** Of which it is one. Undefined for one that can be changed. */
  readonly preset?: string | null;
}

export function FunnelTest({ draft, isComplete, preset }: Props) {
  const found = useSignal<Found | undefined>(undefined);
  const isBusy = useSignal(false);
  const test = async () => {
    isBusy.value = true;
    await attempt(async () => {
      const { data } = await call('post', '/api/v2/previews/visits', {
        body: {
          preset: preset ? [preset] : [],
          settings: {},
          count: SHOWN,
          unsavedFunnel: { ...draft, name: draft.name.trim() },
        },
      });
      found.value = data;
    });
    isBusy.value = false;
  };
  const { value: result } = found;
  return (
    <section class="stack">
      <h2>Try it on a day</h2>
      <div class="row">
        <button type="button" disabled={!isComplete || isBusy.value} onClick={test}>
          {isBusy.value ? 'Planning …' : 'Show planned visits'}
        </button>
        <small>
          {!isComplete && 'Complete the funnel first.'}
          {isComplete && preset === undefined && 'As it stands, saved or not. '}
          {isComplete && 'Nothing is sent.'}
        </small>
      </div>
      {result && result.visits.length === 0 && (
        <p class="banner" role="status">
          None of the first {formatNumber(result.lookedAt)} visits of {result.date} goes through this funnel.
          Raise its share, or check that it is in use.
        </p>
      )}
      {result && result.visits.length > 0 && (
        <>
          <p class="soft" role="status">
            {result.visits.length} visits of {result.date}, as they will be sent. Nothing is sent now.
          </p>
          <PlannedVisits visits={result.visits} timezone={result.timezone} />
        </>
      )}
    </section>
  );
}
