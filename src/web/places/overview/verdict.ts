/** How a run is doing, in one sentence. */
import { lostOf } from '../../../report/counts.ts';
import { formatNumber } from '../../../report/format.ts';
import { isIntended, reasonOf } from '../../../report/reasons.ts';
import type { Run } from '../../api/schema.ts';
import { count, outcomesOf } from './outcomes.ts';

export function verdictOf({ state, totals, isTargetDown, error, targets }: Run): {
  readonly text: string;
  readonly tone: string;
} {
  if (error) return { text: error, tone: 'bad' };
  if (isTargetDown) {
    const down = targets.filter(({ activity }) => activity?.isTargetDown).map(({ name }) => name);
    const who = targets.length > 1 && down.length > 0 ? down.join(', ') : 'The server';
    const verb = targets.length > 1 && down.length > 1 ? 'refuse' : 'refuses';
    return { text: `${who} ${verb} requests. Sending is paused and tries again by itself.`, tone: 'bad' };
  }
  if (!totals || count(totals.hits, 'planned') === 0) {
    return {
      text: state === 'starting' ? 'Starting. The first visit comes in a moment.' : 'No visit was due yet.',
      tone: '',
    };
  }
  const lost = lostOf(outcomesOf(totals));
  const [main] = Object.entries(totals.reasons)
    .filter(([reason]) => !isIntended(reason))
    .sort(([, a], [, b]) => b - a);
  const why = main ? ` Main reason: ${reasonOf(main[0]).what}.` : '';
  const accepted = formatNumber(count(totals.hits, 'accepted'));
  if (lost > 0)
    return {
      text: `${formatNumber(lost)} ${lost === 1 ? 'hit was' : 'hits were'} lost; ${accepted} were accepted.${why}`,
      tone: 'bad',
    };
  return {
    text: `Matomo accepts what is sent: ${accepted} ${accepted === '1' ? 'hit' : 'hits'}, none lost.`,
    tone: 'good',
  };
}
