/** The first step of a backfill: its days, where it goes, and its settings. */
import { useSignal } from '@preact/signals';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { BackfillPlan } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { Destination } from '../../settings/destination.tsx';
import { type DraftState, backfillDraft as state } from '../../settings/draft.ts';
import { Findings } from '../../settings/findings.tsx';
import { SettingGroups } from '../../settings/setting-groups.tsx';
import { PresetChoice } from '../traffic/preset-choice.tsx';
import { Calendar } from './calendar.tsx';

const WINDOW = ['BACKFILL_START_DATE', 'BACKFILL_END_DATE', 'BACKFILL_DAYS_BACK', 'BACKFILL_DURATION_DAYS'];

/** A limit that most people do not know of; undefined where it changes nothing. */
function limitText(draft: DraftState): string | undefined {
  const [wanted, most] = ['TARGET_VISITS_PER_DAY', 'BACKFILL_MAX_VISITS_PER_DAY'].map((env) =>
    Number(draft.valueOf(env)),
  );
  if (!wanted || !most || wanted <= most) return undefined;
  const { preset, values } = draft.draft.value;
  if (preset === undefined && values.TARGET_VISITS_PER_DAY === undefined)
    return `A backfill sends at most ${formatNumber(most)} visits a day. To change that, set “Max visits per day”.`;
  return `${formatNumber(wanted)} visits a day are set; “Max visits per day” limits a backfill to ${formatNumber(most)}.`;
}

export function Prepare({ onPlan }: { onPlan: (plan: BackfillPlan) => void }) {
  const isPreparing = useSignal(false);
  const isAgain = useSignal(false);
  const { values } = state.draft.value;
  const [from, to] = [values.BACKFILL_START_DATE ?? '', values.BACKFILL_END_DATE ?? ''];
  const limit = limitText(state);
  const prepare = async () => {
    // What was typed a moment ago counts too; what is wrong stands beside the button.
    if (!(await attempt(state.resolve)) || state.resolved.value?.isValid !== true) return;
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
      <div class="aside">
        <section class="card stack">
          <h2>Next</h2>
          <p>
            The plan counts days, visits and hits. Nothing is sent before you have seen the numbers and
            confirmed them.
          </p>
          {limit !== undefined && <p class="warn">{limit}</p>}
          <Findings state={state} without={from === '' || to === '' ? WINDOW : []} />
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
    </div>
  );
}
