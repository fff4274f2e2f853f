/** Hits that were not accepted and attempts that failed, by reason, each with an example and its remedy. */
import { formatNumber } from '../../../report/format.ts';
import { exampleText, troublesOf, withOneFirewall } from '../../../report/troubles.ts';
import { type Column, Table } from '../../components/table.tsx';
import type { Totals } from './outcomes.ts';

const timeOfDay = (ms: number) => new Date(ms).toLocaleTimeString([], { hourCycle: 'h23' });

/** The browser goes to the heading, where it can. */
const documentAt = (file: string, heading: string) =>
  `/documents/${file}#:~:text=${encodeURIComponent(`### ${heading}`).replaceAll('-', '%2D')}`;

type Trouble = ReturnType<typeof troublesOf>[number];

const ATTEMPTS = 'Failed attempts';

const COLUMNS: readonly Column<Trouble>[] = [
  {
    title: 'Reason',
    of: ({ what, name }) => (
      <>
        {what} <code class="soft">{name}</code>
      </>
    ),
    isHead: true,
  },
  { title: 'Hits not accepted', of: ({ hits }) => formatNumber(hits), isNumber: true },
  { title: ATTEMPTS, of: ({ attempts }) => formatNumber(attempts), isNumber: true },
  {
    title: 'What to do',
    of: ({ remedy, example, section }) => (
      <>
        {remedy}
        {example && <div class="breaks">Example: {exampleText(example, timeOfDay)}</div>}
        <div class="soft">
          More in{' '}
          <a href={documentAt('troubleshooting.md', section)} target="_blank" rel="noreferrer">
            “{section}”
          </a>
        </div>
      </>
    ),
  },
];

export function Losses({ totals }: { totals: Totals }) {
  const troubles = withOneFirewall(troublesOf(totals));
  if (troubles.length === 0) return null;
  const hasAttempts = troubles.some(({ attempts }) => attempts > 0);
  return (
    <section>
      <h2>{hasAttempts ? 'What went wrong' : 'Hits not accepted, by reason'}</h2>
      <Table
        caption="Reasons"
        columns={hasAttempts ? COLUMNS : COLUMNS.filter(({ title }) => title !== ATTEMPTS)}
        rows={troubles}
        keyOf={({ name }) => name}
      />
    </section>
  );
}
