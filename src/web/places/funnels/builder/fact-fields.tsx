/** What holds for a funnel as a whole: its name, its share of the visits, whether it is in use. */
import type { FunnelDraft } from '../draft.ts';
import { NumberInput } from './number-input.tsx';

interface Props {
  readonly draft: FunnelDraft;
  readonly onChange: (draft: FunnelDraft) => void;
}

export function FactFields({ draft, onChange }: Props) {
  return (
    <div class="fields">
      <div class="field">
        <label for="funnel-name">Name</label>
        <input
          id="funnel-name"
          maxLength={100}
          value={draft.name}
          onInput={({ currentTarget }) => onChange({ ...draft, name: currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="funnel-description">Description</label>
        <input
          id="funnel-description"
          maxLength={500}
          value={draft.description}
          onInput={({ currentTarget }) => onChange({ ...draft, description: currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="funnel-share">Share of all visits</label>
        <NumberInput
          id="funnel-share"
          value={draft.probability}
          onValue={(value) => onChange({ ...draft, probability: value ?? Number.NaN })}
          isPercent
        />
      </div>
      <div class="field">
        <label for="funnel-priority">Priority</label>
        <NumberInput
          id="funnel-priority"
          value={draft.priority}
          onValue={(value) => onChange({ ...draft, priority: value ?? Number.NaN })}
        />
        <small>Funnels with a lower number are tried first.</small>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.enabled}
          onChange={({ currentTarget }) => onChange({ ...draft, enabled: currentTarget.checked })}
        />
        In use
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.exit_after_completion}
          onChange={({ currentTarget }) =>
            onChange({ ...draft, exit_after_completion: currentTarget.checked })
          }
        />
        The visit ends with the funnel
      </label>
    </div>
  );
}
