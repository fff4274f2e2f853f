/** What runs by itself, when it ran and will run, and who is notified when something goes wrong. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import type { Notification, Schedule } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { runs, storeChanges } from '../../live/state.ts';
import { Notifications } from './notifications.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { ScheduleList } from './schedule-list.tsx';

interface Edited {
  /** Undefined for a new one. */
  readonly schedule: Schedule | undefined;
  readonly etag: string | undefined;
}

export function Schedules() {
  const schedules = useSignal<readonly Schedule[] | undefined>(undefined);
  const notifications = useSignal<readonly Notification[]>([]);
  const edited = useSignal<Edited | undefined>(undefined);
  const changes = storeChanges.value;
  // A schedule that has started something has another last and next time.
  const newest = useComputed(() => runs.value[0]?.id);
  const load = () =>
    attempt(async () => {
      const [own, others] = await Promise.all([
        call('get', '/api/v2/schedules'),
        call('get', '/api/v2/notifications'),
      ]);
      schedules.value = own.data.schedules;
      notifications.value = others.data.notifications;
    });
  useEffect(() => void load(), [changes, newest.value]);
  return (
    <div class="stack wide">
      <div class="head">
        <div>
          <h1>Schedules</h1>
          <p>Runs that start by themselves, with the settings and targets of this service.</p>
        </div>
        <button
          type="button"
          class="primary"
          onClick={() => {
            edited.value = { schedule: undefined, etag: undefined };
          }}
        >
          New schedule
        </button>
      </div>
      {schedules.value?.length === 0 && (
        <div class="empty">
          <h2>Nothing is scheduled</h2>
          <p>A nightly backfill keeps a demo site fresh; live traffic in office hours makes it look busy.</p>
        </div>
      )}
      {schedules.value && schedules.value.length > 0 && (
        <ScheduleList
          schedules={schedules.value}
          onChanged={load}
          onEdit={(schedule, etag) => {
            edited.value = { schedule, etag };
          }}
        />
      )}
      <Notifications all={notifications.value} onChanged={load} />
      {edited.value && (
        <ScheduleForm
          {...edited.value}
          onClose={() => {
            edited.value = undefined;
            void load();
          }}
        />
      )}
    </div>
  );
}
