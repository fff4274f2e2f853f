/** In a question before something is sent: what checks have found wrong with where it goes. */
import { problemsFound } from '../../settings/checks.ts';
import type { DraftState } from '../../settings/draft.ts';
import { inPageWords } from '../../settings/page-words.ts';

export function ProblemsFound({ state }: { state: DraftState }) {
  const problems = problemsFound(state);
  if (problems.length === 0) return null;
  return (
    <p class="bad">
      {problems.length === 1 ? '1 problem found: ' : `${problems.length} problems found: `}
      {problems.map(inPageWords).join(' ')}
    </p>
  );
}
