/** What a schedule that is being edited will do: counted by the service a moment after each change. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isAway, Problem } from '../../api/client.ts';
import type { ScheduleCheck } from '../../api/schema.ts';
import type { ScheduleRecord } from './draft.ts';
import { checkOf, effectText, reasonOf, timeText } from './effect.ts';

const AFTER_TYPING_MS = 250;

/** @param onProblem what keeps it from being saved; undefined where nothing does */
export function CheckedSchedule({
  record,
  onProblem,
}: {
  record: ScheduleRecord;
  onProblem: (problem: string | undefined) => void;
}) {
  const check = useSignal<ScheduleCheck | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const text = JSON.stringify(record);
  useEffect(() => {
    const over = new AbortController();
    const look = async () => {
      try {
        check.value = await checkOf({ ...record, name: record.name || 'new' }, over.signal);
        problem.value = undefined;
      } catch (error) {
        if (over.signal.aborted || isAway(error)) return;
        if (!(error instanceof Problem)) throw error;
        problem.value =
          error.fields.length > 0 ? error.fields.map(({ message }) => message).join(' ') : error.message;
      }
      onProblem(problem.value);
    };
    const timer = setTimeout(look, AFTER_TYPING_MS);
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [text]);
  const { value: found } = check;
  const reason = found && reasonOf(found);
  return (
    <div class="banner" style={{ margin: 0 }} role="status">
      {problem.value !== undefined ? (
        <p class="bad">{problem.value}</p>
      ) : (
        <>
          {!found && <p class="soft">Counting …</p>}
          {found && (
            <p>
              {record.isEnabled === false && 'It is off. When it is on, it starts '}
              {record.isEnabled !== false &&
                (found.nextAt.length > 0 ? 'Starts ' : 'It never starts at this time.')}
              {found.nextAt.map((at) => timeText(at, record.timezone)).join('; ')}
              {found.nextAt.length > 0 && ', and so on.'}
            </p>
          )}
          {found && reason === undefined && <p>{effectText('Each start', record, found)}</p>}
          {reason !== undefined && <p class="bad">It could not start: {reason}</p>}
        </>
      )}
    </div>
  );
}
