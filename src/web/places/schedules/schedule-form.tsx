/** The dialog for a schedule, new or changed; what it will do stands above the button that saves it. */
import { useComputed, useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import type { Schedule } from '../../api/schema.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { saveOver } from '../../components/unsaved.ts';
import { CheckedSchedule } from './check-result.tsx';
import { type Draft, draftOf, lineProblems, NEW, recordOfDraft } from './draft.ts';
import { Check, OtherSettings, type Part, What, When } from './schedule-fields.tsx';

interface Props {
  /** Undefined for a new one. */
  readonly schedule: Schedule | undefined;
  /** Of the schedule as it was fetched. */
  readonly etag: string | undefined;
  readonly onClose: () => void;
}

const OVERWRITE = {
  title: 'Somebody else has changed this schedule',
  text: 'If you save, their changes are lost.',
};

export function ScheduleForm({ schedule, etag, onClose }: Props) {
  const draft = useSignal<Draft>(schedule ? draftOf(schedule) : NEW);
  const problem = useSignal<string | undefined>(undefined);
  const record = useComputed(() => recordOfDraft(draft.value));
  const save = async () => {
    const body = record.value;
    const wrong = lineProblems(draft.value.others)[0] ?? problem.value;
    if (wrong !== undefined) throw new Error(`Not saved. ${wrong}`);
    if (!schedule) return call('post', '/api/v2/schedules', { body });
    const path = { id: schedule.id };
    const put = (ifMatch: string | undefined) =>
      call('put', '/api/v2/schedules/{id}', { path, body, ...(ifMatch === undefined ? {} : { ifMatch }) });
    return saveOver(etag, put, OVERWRITE);
  };
  const part: Part = {
    draft: draft.value,
    change: (more) => {
      draft.value = { ...draft.value, ...more };
      // It was that of other values. What is wrong with these, the service says when they are saved, if not before.
      problem.value = undefined;
    },
  };
  return (
    <FormDialog
      title={schedule ? `Change ${schedule.name}` : 'New schedule'}
      done="The schedule is saved."
      save={save}
      onClose={onClose}
    >
      <What {...part} />
      <When {...part} />
      <div class="stack" style={{ gap: '.375rem' }}>
        {draft.value.command === 'backfill' && (
          <Check {...part} name="isRest" label="Leave out days that were sent already" />
        )}
        <Check {...part} name="sink" label="Send to the embedded endpoint, to try it out" />
        <Check {...part} name="catchUp" label="Start late if the service was not running at the time" />
        <Check {...part} name="verify" label="Compare with Matomo’s reports afterwards" />
        <Check {...part} name="isEnabled" label="On" />
      </div>
      <OtherSettings {...part} />
      <CheckedSchedule
        record={record.value}
        onProblem={(text) => {
          problem.value = text;
        }}
      />
    </FormDialog>
  );
}
