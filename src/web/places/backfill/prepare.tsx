/** The first step of a backfill: its days, where it goes, and its settings. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import type { BackfillPlan } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { Destination } from '../../settings/destination.tsx';
import { backfillDraft as state } from '../../settings/draft.ts';
import { SettingGroups } from '../../settings/setting-groups.tsx';
import { PresetChoice } from '../traffic/preset-choice.tsx';
import { Calendar } from './calendar.tsx';

const WINDOW = ['BACKFILL_START_DATE', 'BACKFILL_END_DATE', 'BACKFILL_DAYS_BACK', 'BACKFILL_DURATION_DAYS'];

export function Prepare({ onPlan }: { onPlan: (plan: BackfillPlan) => void }) {
  const isPreparing = useSignal(false);
  const isAgain = useSignal(false);
  const { values } = state.draft.value;
  const [from, to] = [values.BACKFILL_START_DATE ?? '', values.BACKFILL_END_DATE ?? ''];
  const prepare = async () => {
    isPreparing.value = true;
    await attempt(async () => {
      const { preset, settings, sink } = state.request();
      const name = `${from} to ${to}`;
      const { data } = await call('post', '/api/v2/backfill-plans', {
        body: {
          name,
          preset,
          settings,
          sink,
          verify: !sink,
          ...(isAgain.value ? { replay: 'again' as const } : {}),
        },
      });
      onPlan(data);
    });
    isPreparing.value = false;
  };
  return (
    <div class="split">
      <div class="stack wide">
        <section class="stack">
          <h2>Which days</h2>
          <Calendar
            from={from}
            to={to}
            onChange={(first, last) => {
              state.set('BACKFILL_START_DATE', first);
              state.set('BACKFILL_END_DATE', last);
            }}
          />
        </section>
        <Destination state={state} />
        <section class="stack">
          <h2>What kind of site, and how much</h2>
          <PresetChoice state={state} />
          <SettingGroups command="backfill" state={state} without={WINDOW} />
        </section>
      </div>
      <section class="aside card stack">
        <h2>Next</h2>
        <p>
          The plan counts days, visits and hits. Nothing is sent before you have seen the numbers and
          confirmed them.
        </p>
        <div>
          <button
            type="button"
            class="primary"
            disabled={isPreparing.value || from === '' || to === ''}
            onClick={prepare}
          >
            {isPreparing.value ? 'Counting …' : 'Count the visits'}
          </button>
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={isAgain.value}
            onChange={({ currentTarget }) => {
              isAgain.value = currentTarget.checked;
            }}
          />
          Send days again that were sent before
        </label>
        {from === '' && <small>Choose the first and the last day.</small>}
      </section>
    </div>
  );
}
