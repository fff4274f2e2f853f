/** The dialog for a new schedule. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';

const TIMES = [
  { label: 'Every night at 2', cron: '0 2 * * *' },
  { label: 'Every hour', cron: '0 * * * *' },
  { label: 'Weekdays at 8', cron: '0 8 * * 1-5' },
] as const;

export function NewSchedule({ onClose }: { onClose: () => void }) {
  const kind = useSignal<'backfill' | 'run'>('backfill');
  const cron = useSignal<string>(TIMES[0].cron);
  const save = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const hours = Number(text('hours'));
    const isSaved = await attempt(
      () =>
        call('post', '/api/v2/schedules', {
          body: {
            name: text('name'),
            cron: cron.value,
            command: kind.value,
            preset: text('preset') === '' ? [] : [text('preset')],
            settings: kind.value === 'backfill' ? { BACKFILL_DAYS_BACK: 1, BACKFILL_DURATION_DAYS: 1 } : {},
            catchUp: form.get('catchUp') !== null,
            ...(kind.value === 'run' && hours > 0 ? { forSeconds: hours * 3600 } : {}),
          },
        }),
      'The schedule is saved.',
    );
    if (isSaved) onClose();
  };
  return (
    <Dialog title="New schedule" onClose={onClose}>
      <form class="stack" onSubmit={save}>
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
            <input id="schedule-preset" name="preset" placeholder="none" />
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
          <input type="checkbox" name="catchUp" defaultChecked />
          Catch up on starts that were missed while the service was not running
        </label>
        <div class="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
