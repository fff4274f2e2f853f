/** The fields of a schedule: what it starts, when, and with which settings. */
import type { ComponentChildren } from 'preact';
import { usePresets } from '../../settings/presets.ts';
import { type Draft, lineProblems } from './draft.ts';

const TIMES = [
  { label: 'Every night at 2', cron: '0 2 * * *' },
  { label: 'Every hour', cron: '0 * * * *' },
  { label: 'Weekdays at 8', cron: '0 8 * * 1-5' },
] as const;

const TIMEZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

export interface Part {
  readonly draft: Draft;
  readonly change: (more: Partial<Draft>) => void;
}

type TextField = 'name' | 'visits' | 'days' | 'hours';

function TextInput({
  name,
  label,
  draft,
  change,
  children,
  ...more
}: Part & {
  name: TextField;
  label: string;
  children?: ComponentChildren;
  required?: boolean;
  placeholder?: string;
  inputMode?: 'numeric' | 'decimal';
  pattern?: string;
}) {
  return (
    <div class="field">
      <label for={`schedule-${name}`}>{label}</label>
      <input
        {...more}
        type="text"
        id={`schedule-${name}`}
        maxLength={100}
        value={draft[name]}
        onInput={({ currentTarget }) => change({ [name]: currentTarget.value })}
      />
      {children}
    </div>
  );
}

export function Check({
  name,
  label,
  draft,
  change,
}: Part & { name: 'sink' | 'catchUp' | 'verify' | 'isEnabled' | 'isRest'; label: string }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={draft[name]}
        onChange={({ currentTarget }) => change({ [name]: currentTarget.checked })}
      />
      {label}
    </label>
  );
}

export function When({ draft, change }: Part) {
  return (
    <div class="fields">
      <div class="field">
        <label for="schedule-cron">When (cron expression)</label>
        <input
          id="schedule-cron"
          class="mono"
          required
          value={draft.cron}
          onInput={({ currentTarget }) => change({ cron: currentTarget.value })}
        />
        <div class="row">
          {TIMES.map(({ label, cron }) => (
            <button
              key={cron}
              type="button"
              class="small"
              aria-pressed={draft.cron === cron}
              onClick={() => change({ cron })}
            >
              {label}
            </button>
          ))}
        </div>
      </div>
      <div class="field">
        <label for="schedule-timezone">Timezone</label>
        <input
          type="text"
          id="schedule-timezone"
          list="timezones"
          required
          value={draft.timezone}
          onInput={({ currentTarget }) => change({ timezone: currentTarget.value })}
        />
      </div>
      <datalist id="timezones">
        {TIMEZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  );
}

export function What({ draft, change }: Part) {
  const presets = usePresets().map(({ name }) => name);
  const others = draft.preset === '' || presets.includes(draft.preset) ? [] : [draft.preset];
  const part = { draft, change };
  return (
    <div class="fields">
      <TextInput {...part} name="name" label="Name" required />
      <div class="field">
        <label for="schedule-kind">What</label>
        <select
          id="schedule-kind"
          value={draft.command}
          onChange={({ currentTarget }) =>
            change({ command: currentTarget.value === 'run' ? 'run' : 'backfill' })
          }
        >
          <option value="backfill">Fill past days</option>
          <option value="run">Live traffic for some hours</option>
        </select>
      </div>
      {draft.command === 'backfill' ? (
        <TextInput {...part} name="days" label="Last days" inputMode="numeric" pattern="[0-9]*">
          <small>1 is the day before.</small>
        </TextInput>
      ) : (
        <TextInput {...part} name="hours" label="Hours" inputMode="decimal" pattern="[0-9.]*">
          <small>Empty: until it is stopped.</small>
        </TextInput>
      )}
      <div class="field">
        <label for="schedule-preset">Preset</label>
        <select
          id="schedule-preset"
          value={draft.preset}
          onChange={({ currentTarget }) => change({ preset: currentTarget.value })}
        >
          <option value="">none</option>
          {[...presets, ...others].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <TextInput
        {...part}
        name="visits"
        label="Visits a day"
        inputMode="numeric"
        pattern="[0-9]*"
        placeholder="as the preset says"
      />
    </div>
  );
}

export function OtherSettings({ draft, change }: Part) {
  const problems = lineProblems(draft.others);
  return (
    <details open={draft.others !== '' && problems.length > 0 ? true : undefined}>
      <summary>
        Other settings{' '}
        <span class="soft">
          {draft.others.trim() === '' ? 'none' : draft.others.trim().split('\n').length}
        </span>
      </summary>
      <div class="field">
        <label for="schedule-others">One a line, as in a settings file</label>
        <textarea
          id="schedule-others"
          style={{ minHeight: '5rem' }}
          placeholder="MATOMO_SITE_ID=3"
          spellcheck={false}
          aria-invalid={problems.length > 0}
          value={draft.others}
          onInput={({ currentTarget }) => change({ others: currentTarget.value })}
        />
        {problems.map((problem) => (
          <span key={problem} class="wrong">
            {problem}
          </span>
        ))}
        <small>A token is stored encrypted, and never shown again.</small>
      </div>
    </details>
  );
}
