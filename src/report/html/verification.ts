/** What Matomo's reports have of a run, beside what was sent. */
import { undeliveredText } from '../undelivered.ts';
import {
  countText,
  differenceText,
  type ShownDifference,
  shownDifferences,
  type VerificationEnd,
} from '../verification.ts';
import { type Markup, markup } from './markup.ts';
import { table } from './table.ts';
import { verdictMark } from './thresholds.ts';

export function verificationPart(
  { target, verification, error }: VerificationEnd,
  hasSeveralTargets: boolean,
): Markup {
  const of = hasSeveralTargets ? `${target}: ` : '';
  if (!verification) return markup`<p class="error" role="note">${of}${error?.message}</p>`;
  const { rows, reasons, isEqual, undelivered } = verification;
  const missing = undeliveredText(undelivered);
  const numbers = table(
    `${of}sent and recorded`,
    [
      { title: 'what', of: ({ metric }: ShownDifference) => metric },
      { title: 'days', of: ({ days }: ShownDifference) => days },
      {
        title: 'planned',
        of: ({ metric, planned }: ShownDifference) =>
          planned === undefined ? '–' : countText(metric, planned),
        isNumber: true,
      },
      {
        title: 'accepted',
        of: ({ metric, sent }: ShownDifference) => countText(metric, sent),
        isNumber: true,
      },
      {
        title: 'recorded',
        of: ({ metric, recorded }: ShownDifference) => countText(metric, recorded),
        isNumber: true,
      },
      { title: 'recorded - accepted', of: differenceText, isNumber: true },
    ],
    shownDifferences(rows),
  );
  return markup`<p>${of}${verdictMark(isEqual, 'equal', 'different')} ${missing}</p>
${numbers}
${reasons.length > 0 && markup`<ul>${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>`}`;
}
