/** Live runs that already send to where a new one would, which takes their place. */
import type { Signal } from '@preact/signals';
import type { Run } from '../../api/schema.ts';
import { runsAtWork } from '../../live/state.ts';
import type { DraftState } from '../../settings/draft.ts';
import { numberAndServer } from '../runs/run-name.ts';

const placeOf = ({ url, site }: { readonly url: string | null; readonly site: number }) => `${url} ${site}`;

/** Embedded endpoints are one each, but somebody who starts another means the visits that are seen. */
export function runsToReplace(state: DraftState): readonly Run[] {
  const { isSink } = state.draft.value;
  const places = new Set((state.resolved.value?.targets ?? []).map(placeOf));
  return runsAtWork.value.filter(
    (run) =>
      run.command === 'run' &&
      run.isSink === isSink &&
      (isSink || run.targets.some((target) => places.has(placeOf(target)))),
  );
}

export function ReplacedRuns({ runs, isReplacing }: { runs: readonly Run[]; isReplacing: Signal<boolean> }) {
  const who = runs.map((run) => `${run.name} (${numberAndServer(run)})`).join(' and ');
  // A site has one live run at a time; each embedded endpoint belongs to its run.
  if (!runs.some(({ isSink }) => isSink))
    return <p class="warn">{who}, which sends there, is stopped first.</p>;
  return (
    <div class="field">
      <label class="check">
        <input
          type="checkbox"
          checked={isReplacing.value}
          onChange={({ currentTarget }) => {
            isReplacing.value = currentTarget.checked;
          }}
        />
        Stop {who} first
      </label>
      <small>Otherwise it goes on beside the new run, with an endpoint of its own.</small>
    </div>
  );
}
