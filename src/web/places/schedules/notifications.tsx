/** Who is notified when a run fails, loses hits or misses a threshold. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import type { Notification } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { NotificationForm } from './notification-form.tsx';

function Row({
  known,
  onEdit,
  onChanged,
}: {
  known: Notification;
  onEdit: () => void;
  onChanged: () => void;
}) {
  const { id, name, kind, isEnabled, to } = known;
  const remove = async () => {
    const isConfirmed = await ask({
      title: `Delete ${name}?`,
      text: 'It is notified of nothing any more.',
      confirm: 'Delete',
      isDangerous: true,
    });
    const work = () => call('delete', '/api/v2/notifications/{id}', { path: { id } });
    if (isConfirmed && (await attempt(work, `${name} is deleted.`))) onChanged();
  };
  const test = () =>
    attempt(
      () => call('post', '/api/v2/notifications/{id}/test', { path: { id } }),
      'The test was delivered.',
    );
  return (
    <li class="row spread">
      <span class="breaks">
        {name} <span class="soft">{kind === 'email' ? `e-mail to ${to?.join(', ')}` : 'webhook'}</span>{' '}
        {!isEnabled && <span class="badge">off</span>}
      </span>
      <span class="row">
        <button type="button" class="small" aria-label={`Test ${name}`} onClick={test}>
          Test
        </button>
        <button type="button" class="small" aria-label={`Change ${name}`} onClick={onEdit}>
          Change
        </button>
        <button type="button" class="small danger" aria-label={`Delete ${name}`} onClick={remove}>
          Delete
        </button>
      </span>
    </li>
  );
}

export function Notifications({ all, onChanged }: { all: readonly Notification[]; onChanged: () => void }) {
  const open = useSignal<{ readonly known: Notification | undefined } | undefined>(undefined);
  return (
    <section class="stack">
      <div class="row spread">
        <h2>Notifications</h2>
        <button
          type="button"
          onClick={() => {
            open.value = { known: undefined };
          }}
        >
          New notification
        </button>
      </div>
      {all.length === 0 && (
        <p class="soft">Nobody is notified yet when a run fails, loses hits or misses a threshold.</p>
      )}
      <ul class="stack">
        {all.map((known) => (
          <Row
            key={known.id}
            known={known}
            onChanged={onChanged}
            onEdit={() => {
              open.value = { known };
            }}
          />
        ))}
      </ul>
      {open.value && (
        <NotificationForm
          known={open.value.known}
          onClose={() => {
            open.value = undefined;
            onChanged();
          }}
        />
      )}
    </section>
  );
}
