/** The dialog for a new notification. */
import { call } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';

export function NewNotification({ onClose }: { onClose: () => void }) {
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
