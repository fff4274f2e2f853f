/** What runs by itself, when it ran and will run, and who is notified when something goes wrong. */
import { useComputed, useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import type { Schedule } from '../../api/schema.ts';
import { Missing, useFetched } from '../../components/fetched.tsx';
import { Head } from '../../components/head.tsx';
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
  const edited = useSignal<Edited | undefined>(undefined);
  // A schedule that has started something has another last and next time.
  const newest = useComputed(() => runs.value[0]?.id);
  const stored = useFetched(async () => {
    const [own, others] = await Promise.all([
      call('get', '/api/v2/schedules'),
      call('get', '/api/v2/notifications'),
    ]);
    return { schedules: own.data.schedules, notifications: others.data.notifications };
  }, [storeChanges.value, newest.value]);
  const { schedules, notifications } = stored.value ?? {};
  return (
    <div class="stack wide">
      <Head
        title="Schedules"
        actions={
          <button
            type="button"
            class="primary"
            onClick={() => {
              edited.value = { schedule: undefined, etag: undefined };
            }}
          >
            New schedule
          </button>
        }
      >
        <p>Runs that start by themselves, with the settings and targets of this service.</p>
      </Head>
      <Missing what="Schedules and notifications" fetched={stored} />
      {schedules?.length === 0 && (
        <div class="empty">
          <h2>Nothing is scheduled</h2>
          <p>A nightly backfill keeps a demo site fresh; live traffic in office hours makes it look busy.</p>
        </div>
      )}
      {schedules && schedules.length > 0 && (
        <ScheduleList
          schedules={schedules}
          onChanged={stored.fetch}
          onEdit={(schedule, etag) => {
            edited.value = { schedule, etag };
          }}
        />
      )}
      {notifications && <Notifications all={notifications} onChanged={stored.fetch} />}
      {edited.value && (
        <ScheduleForm
          {...edited.value}
          onClose={() => {
            edited.value = undefined;
            void stored.fetch();
          }}
        />
      )}
    </div>
  );
}
