/** The dialog for a new notification. */
import { call } from '../../api/client.ts';
import { FormDialog, type TextOf } from '../../components/form-dialog.tsx';

const SHAPES = ['slack', 'teams', 'json'] as const;

function save(textOf: TextOf): Promise<unknown> {
  const shape = SHAPES.find((name) => name === textOf('shape')) ?? 'json';
  const body = { kind: 'webhook', name: textOf('name'), url: textOf('url'), shape } as const;
  return call('post', '/api/v2/notifications', { body });
}

export function NewNotification({ onClose }: { onClose: () => void }) {
  return (
    <FormDialog
      title="New notification"
      done="Saved. To see whether messages arrive, press Test."
      save={save}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
