/** The dialog for a new schedule. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import { FormDialog, type TextOf } from '../../components/form-dialog.tsx';
import { usePresets } from '../../settings/presets.ts';

const TIMES = [
  { label: 'Every night at 2', cron: '0 2 * * *' },
  { label: 'Every hour', cron: '0 * * * *' },
  { label: 'Weekdays at 8', cron: '0 8 * * 1-5' },
] as const;

export function NewSchedule({ onClose }: { onClose: () => void }) {
  const kind = useSignal<'backfill' | 'run'>('backfill');
  const cron = useSignal<string>(TIMES[0].cron);
  const presets = usePresets();
  const save = (textOf: TextOf, form: FormData) => {
    const [hours, preset, visits] = [Number(textOf('hours')), textOf('preset'), textOf('visits')];
    return call('post', '/api/v2/schedules', {
      body: {
        name: textOf('name'),
        cron: cron.value,
        command: kind.value,
        preset: preset === '' ? [] : [preset],
        settings: {
          ...(kind.value === 'backfill' ? { BACKFILL_DAYS_BACK: 1, BACKFILL_DURATION_DAYS: 1 } : {}),
          ...(visits === '' ? {} : { TARGET_VISITS_PER_DAY: visits }),
        },
        sink: form.get('sink') !== null,
        catchUp: form.get('catchUp') !== null,
        ...(kind.value === 'run' && hours > 0 ? { forSeconds: hours * 3600 } : {}),
      },
    });
  };
  return (
    <FormDialog title="New schedule" done="The schedule is saved." save={save} onClose={onClose}>
      <div class="fields">
        <div class="field">
          <label for="schedule-name">Name</label>
          <input id="schedule-name" name="name" required maxLength={100} />
        </div>
        <div class="field">
          <label for="schedule-kind">What</label>
          <select
            id="schedule-kind"
            value={kind.value}
            onChange={({ currentTarget }) => {
              kind.value = currentTarget.value === 'run' ? 'run' : 'backfill';
            }}
          >
            <option value="backfill">Fill the day before</option>
            <option value="run">Live traffic for some hours</option>
          </select>
        </div>
        <div class="field">
          <label for="schedule-preset">Preset</label>
          <select id="schedule-preset" name="preset">
            <option value="">none</option>
            {presets.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="schedule-visits">Visits a day</label>
          <input id="schedule-visits" name="visits" inputMode="numeric" placeholder="as the preset says" />
        </div>
        {kind.value === 'run' && (
          <div class="field">
            <label for="schedule-hours">Hours</label>
            <input id="schedule-hours" name="hours" inputMode="decimal" defaultValue="10" />
          </div>
        )}
      </div>
      <div class="field">
        <label for="schedule-cron">When (cron expression)</label>
        <input
          id="schedule-cron"
          class="mono"
          required
          value={cron.value}
          onInput={({ currentTarget }) => {
            cron.value = currentTarget.value;
          }}
        />
        <div class="row">
          {TIMES.map(({ label, cron: time }) => (
            <button
              key={time}
              type="button"
              class="small"
              aria-pressed={cron.value === time}
              onClick={() => {
                cron.value = time;
              }}
            >
              {label}
            </button>
          ))}
        </div>
      </div>
      <label class="check">
        <input type="checkbox" name="sink" />
        Send to the embedded endpoint, to try it out
      </label>
      <label class="check">
        <input type="checkbox" name="catchUp" defaultChecked />
        Catch up on starts that were missed while the service was not running
      </label>
    </FormDialog>
  );
}
