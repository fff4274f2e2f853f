/** What runs by itself, when it ran and will run, and who is notified when something goes wrong. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import type { Notification, Schedule } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { storeChanges } from '../../live/state.ts';
import { pathTo } from '../../router.ts';
import { NewNotification } from './new-notification.tsx';
import { NewSchedule } from './new-schedule.tsx';

const when = (at: string | null) =>
  at === null ? '–' : new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

export function Schedules() {
  const schedules = useSignal<readonly Schedule[]>([]);
  const notifications = useSignal<readonly Notification[]>([]);
  const isOpen = useSignal<'none' | 'schedule' | 'notification'>('none');
  const changes = storeChanges.value;
  const load = () =>
    attempt(async () => {
      const [own, others] = await Promise.all([
        call('get', '/api/v2/schedules'),
        call('get', '/api/v2/notifications'),
      ]);
      schedules.value = own.data.schedules;
      notifications.value = others.data.notifications;
    });
  useEffect(() => void load(), [changes]);
  const close = () => {
    isOpen.value = 'none';
    void load();
  };
  const remove = async (name: string, work: () => Promise<unknown>) => {
    const isConfirmed = await ask({
      title: `Delete ${name}?`,
      text: 'Runs that have started are not affected.',
      confirm: 'Delete',
      isDangerous: true,
    });
    if (isConfirmed && (await attempt(work, `${name} is deleted.`))) await load();
  };
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
            isOpen.value = 'schedule';
          }}
        >
          New schedule
        </button>
      </div>
      {schedules.value.length === 0 ? (
        <div class="empty">
          <h2>Nothing is scheduled</h2>
          <p>A nightly backfill keeps a demo site fresh; live traffic in office hours makes it look busy.</p>
        </div>
      ) : (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">When</th>
                <th scope="col" class="wide-only">
                  Last
                </th>
                <th scope="col">Next</th>
                <th scope="col">
                  <span class="hidden-text">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {schedules.value.map((one) => (
                <tr key={one.id}>
                  <th scope="row">
                    {one.name} {one.isEnabled === false && <span class="badge">off</span>}
                  </th>
                  <td>
                    <code style={{ whiteSpace: 'nowrap' }}>{one.cron}</code>{' '}
                    <span class="soft">{one.timezone}</span>
                  </td>
                  <td class="wide-only">
                    {when(one.lastAt)}{' '}
                    {one.lastRun !== null && (
                      <a href={pathTo('runs', String(one.lastRun))}>run {one.lastRun}</a>
                    )}
                  </td>
                  <td>{when(one.nextAt)}</td>
                  <td class="number">
                    <button
                      type="button"
                      class="small"
                      onClick={() =>
                        attempt(
                          () => call('post', '/api/v2/schedules/{id}/start', { path: { id: one.id } }),
                          `${one.name} has started.`,
                        )
                      }
                    >
                      Start now
                    </button>{' '}
                    <button
                      type="button"
                      class="small danger"
                      onClick={() =>
                        remove(one.name, () =>
                          call('delete', '/api/v2/schedules/{id}', { path: { id: one.id } }),
                        )
                      }
                    >
                      Delete
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <section class="stack">
        <div class="row spread">
          <h2>Notifications</h2>
          <button
            type="button"
            onClick={() => {
              isOpen.value = 'notification';
            }}
          >
            New notification
          </button>
        </div>
        {notifications.value.length === 0 && (
          <p class="soft">Nobody is notified yet when a run fails, loses hits or misses a threshold.</p>
        )}
        <ul class="stack">
          {notifications.value.map(({ id, name, kind }) => (
            <li key={id} class="row spread">
              <span>
                {name} <span class="soft">{kind}</span>
              </span>
              <span class="row">
                <button
                  type="button"
                  class="small"
                  onClick={() =>
                    attempt(
                      () => call('post', '/api/v2/notifications/{id}/test', { path: { id } }),
                      'The test was delivered.',
                    )
                  }
                >
                  Test
                </button>
                <button
                  type="button"
                  class="small danger"
                  onClick={() =>
                    remove(name, () => call('delete', '/api/v2/notifications/{id}', { path: { id } }))
                  }
                >
                  Delete
                </button>
              </span>
            </li>
          ))}
        </ul>
      </section>
      {isOpen.value === 'schedule' && <NewSchedule onClose={close} />}
      {isOpen.value === 'notification' && <NewNotification onClose={close} />}
    </div>
  );
}
