/** What runs by itself, when it ran and will run, and who is notified when something goes wrong. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import type { Notification, Schedule } from '../../api/schema.ts';
import { ask, Dialog } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { storeChanges } from '../../live/state.ts';
import { pathTo } from '../../router.ts';

const when = (at: string | null) =>
  at === null ? '–' : new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

const TIMES = [
  { label: 'Every night at 2', cron: '0 2 * * *' },
  { label: 'Every hour', cron: '0 * * * *' },
  { label: 'Weekdays at 8', cron: '0 8 * * 1-5' },
] as const;

function NewSchedule({ onClose }: { onClose: () => void }) {
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

function NewNotification({ onClose }: { onClose: () => void }) {
  const save = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const shape = (['slack', 'teams', 'json'] as const).find((name) => name === text('shape')) ?? 'json';
    const isSaved = await attempt(
      () =>
        call('post', '/api/v2/notifications', {
          body: { kind: 'webhook', name: text('name'), url: text('url'), shape },
        }),
      'Saved. To see whether messages arrive, press Test.',
    );
    if (isSaved) onClose();
  };
  return (
    <Dialog title="New notification" onClose={onClose}>
      <form class="stack" onSubmit={save}>
        <div class="field">
          <label for="notification-name">Name</label>
          <input id="notification-name" name="name" required maxLength={100} />
        </div>
        <div class="field">
          <label for="notification-url">Address of the webhook</label>
          <input id="notification-url" name="url" type="url" required />
        </div>
        <div class="field">
          <label for="notification-shape">Format of the message</label>
          <select id="notification-shape" name="shape">
            <option value="json">JSON</option>
            <option value="slack">Slack</option>
            <option value="teams">Teams</option>
          </select>
        </div>
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
