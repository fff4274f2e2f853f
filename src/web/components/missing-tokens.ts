/** The tokens that an earlier run needs once more, because the service does not keep them. */
import type { Run } from '../api/schema.ts';
import { askForTokens, type Question } from './dialog.tsx';

/**
 * Asks whether to go on with a run, and for the tokens that are missing; what is typed elsewhere on the page stands there already.
 * @returns what the call is given; undefined where the answer was no
 */
export async function confirmWithTokens(run: Run, question: Question) {
  const { missingTokens } = run;
  const { backfillDraft, trafficDraft } = await import('../settings/draft.ts');
  const typed: Readonly<Record<string, string>> = (
    run.command === 'backfill' ? backfillDraft : trafficDraft
  ).tokens();
  const why = missingTokens.length > 0 ? ' Its token was not kept: enter it again.' : '';
  const tokens = await askForTokens({
    ...question,
    text: `${question.text}${why}`,
    tokens: Object.fromEntries(missingTokens.map((env) => [env, typed[env] ?? ''])),
  });
  return tokens && { tokens, rememberTokens: false };
}
