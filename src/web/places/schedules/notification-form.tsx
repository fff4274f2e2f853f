/** The dialog for a notification, new or changed: a webhook or e-mail, and what it is sent for. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import type { Calls, Notification } from '../../api/schema.ts';
import { FormDialog, type TextOf } from '../../components/form-dialog.tsx';

type ChannelRecord = Calls['/api/v2/notifications']['post']['body'];
type Reason = Exclude<Notification['on'][number], 'test'>;

const SHAPES = ['json', 'slack', 'teams'] as const;
const WORDS: Readonly<{ [reason in Reason]: string }> = {
  done: 'A run is done',
  failed: 'A run fails',
  losses: 'Hits are lost',
  threshold: 'A threshold is missed',
  verification: 'Matomo’s reports differ',
};
const REASONS: readonly Reason[] = ['failed', 'losses', 'threshold', 'verification', 'done'];

/** An address that is kept: it is never shown. */
const MASKED = '***MASKED***';

function recordOf(kind: Notification['kind'], textOf: TextOf, form: FormData): ChannelRecord {
  const common = {
    name: textOf('name'),
    on: REASONS.filter((reason) => form.get(reason) !== null),
    isEnabled: form.get('isEnabled') !== null,
  };
  if (kind === 'webhook') {
    const shape = SHAPES.find((name) => name === textOf('shape')) ?? 'json';
    return { kind, ...common, shape, url: textOf('url') || MASKED };
  }
  const to = textOf('to').split(/[\s,;]+/);
  return {
    kind,
    ...common,
    server: textOf('server') || MASKED,
    from: textOf('from'),
    to: to.filter(Boolean),
  };
}

function Webhook({ known }: { known: Notification | undefined }) {
  return (
    <>
      <div class="field">
        <label for="notification-url">Address of the webhook</label>
        <input
          id="notification-url"
          name="url"
          type="url"
          required={!known}
          placeholder={known ? 'unchanged' : 'https://hooks.example.org/…'}
        />
      </div>
      <div class="field">
        <label for="notification-shape">Format of the message</label>
        <select id="notification-shape" name="shape" defaultValue={known?.shape ?? 'json'}>
          <option value="json">JSON</option>
          <option value="slack">Slack</option>
          <option value="teams">Teams</option>
        </select>
      </div>
    </>
  );
}

function Email({ known }: { known: Notification | undefined }) {
  return (
    <>
      <div class="field">
        <label for="notification-server">Mail server</label>
        <input
          id="notification-server"
          name="server"
          required={!known}
          placeholder={known ? 'unchanged' : 'smtps://user:password@mail.example.org'}
        />
      </div>
      <div class="fields">
        <div class="field">
          <label for="notification-from">From</label>
          <input id="notification-from" name="from" type="email" required defaultValue={known?.from ?? ''} />
        </div>
        <div class="field">
          <label for="notification-to">To, with commas in between</label>
          <input id="notification-to" name="to" required defaultValue={known?.to?.join(', ') ?? ''} />
        </div>
      </div>
    </>
  );
}

interface Props {
  /** Undefined for a new one. */
  readonly known: Notification | undefined;
  readonly onClose: () => void;
}

export function NotificationForm({ known, onClose }: Props) {
  const kind = useSignal<Notification['kind']>(known?.kind ?? 'webhook');
  const save = (textOf: TextOf, form: FormData) => {
    const body = recordOf(kind.value, textOf, form);
    return known
      ? call('put', '/api/v2/notifications/{id}', { path: { id: known.id }, body })
      : call('post', '/api/v2/notifications', { body });
  };
  return (
    <FormDialog
      title={known ? `Change ${known.name}` : 'New notification'}
      done="Saved. To see whether messages arrive, press Test."
      save={save}
      onClose={onClose}
    >
      <div class="fields">
        <div class="field">
          <label for="notification-name">Name</label>
          <input
            id="notification-name"
            name="name"
            required
            maxLength={100}
            defaultValue={known?.name ?? ''}
          />
        </div>
        <div class="field">
          <label for="notification-kind">How</label>
          <select
            id="notification-kind"
            value={kind.value}
            disabled={known !== undefined}
            onChange={({ currentTarget }) => {
              kind.value = currentTarget.value === 'email' ? 'email' : 'webhook';
            }}
          >
            <option value="webhook">Webhook</option>
            <option value="email">E-mail</option>
          </select>
        </div>
      </div>
      {kind.value === 'webhook' ? <Webhook known={known} /> : <Email known={known} />}
      <fieldset class="stack" style={{ gap: '.375rem' }}>
        <legend>When</legend>
        {REASONS.map((reason) => (
          <label key={reason} class="check">
            <input
              type="checkbox"
              name={reason}
              defaultChecked={known ? known.on.includes(reason) : reason !== 'done'}
            />
            {WORDS[reason]}
          </label>
        ))}
      </fieldset>
      <label class="check">
        <input type="checkbox" name="isEnabled" defaultChecked={known?.isEnabled ?? true} />
        On
      </label>
    </FormDialog>
  );
}
