/** What Matomo's reports show of a run, beside what was sent. */
import { signal, useSignal } from '@preact/signals';
import { verificationSentence } from '../../../report/undelivered.ts';
import {
  countText,
  rowsOfJson,
  type ShownDifference,
  shownDifferences,
  type VerificationJson,
} from '../../../report/verification.ts';
import { call } from '../../api/client.ts';
import type { Calls, Run } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { backfillDraft, trafficDraft } from '../../settings/draft.ts';
import { inPageWords } from '../../settings/page-words.ts';
import { targetEnv } from '../../settings/target-env.ts';
import { tokensFor } from '../../settings/tokens-for.ts';
import { wasSent } from '../overview/outcomes.ts';

type Result = Calls['/api/v2/runs/{id}/verification']['post']['answer'];

const WAIT_SECONDS = 30;

/** The service passes on what `verify --json` prints. */
interface Record extends Partial<Pick<VerificationJson, 'equal' | 'rows' | 'reasons' | 'undelivered'>> {
  readonly target?: string;
}

/** What of the accepted Matomo does not have. What was never sent is no fault of its reports. */
const missingOf = ({ sent, recorded }: ShownDifference) => sent - recorded;

function columnsOf(
  currency: string | undefined,
  command: Run['command'],
): readonly Column<ShownDifference>[] {
  const unit = (metric: string) => (metric === 'revenue' && currency !== undefined ? ` (${currency})` : '');
  return [
    { title: 'Days', of: ({ days }) => days },
    { title: 'What', of: ({ metric }) => metric + unit(metric), isHead: true },
    {
      title: 'Planned',
      of: ({ metric, planned }) => (planned === undefined ? '–' : countText(metric, planned)),
      isNumber: true,
    },
    {
      title: 'Not accepted',
      of: ({ metric, planned, sent }) => (planned === undefined ? '–' : countText(metric, planned - sent)),
      isNumber: true,
      // Of a live run that was stopped, most of it was never due.
      look: ({ planned = 0, sent }) => (command === 'backfill' && planned > sent ? 'bad' : ''),
    },
    { title: 'Accepted', of: ({ metric, sent }) => countText(metric, sent), isNumber: true },
    { title: 'In Matomo', of: ({ metric, recorded }) => countText(metric, recorded), isNumber: true },
    {
      title: 'Missing',
      of: (row) => countText(row.metric, missingOf(row)),
      isNumber: true,
      look: (row) => (missingOf(row) === 0 ? '' : 'bad'),
    },
  ];
}

function Rows({ record, run }: { record: Record; run: Run }) {
  const { target, equal = false, rows = [], reasons = [], undelivered } = record;
  const { currency } = run.targets.find(({ name }) => name === target) ?? run.targets[0] ?? {};
  const sentence = undelivered && verificationSentence(equal, undelivered, run.command);
  return (
    <div class="stack">
      {target !== undefined && <h3>{target}</h3>}
      {sentence && (
        <p role="status" class={sentence.tone}>
          {sentence.text}
        </p>
      )}
      <Table
        caption={`Planned, accepted and recorded${target === undefined ? '' : `, ${target}`}`}
        columns={columnsOf(currency, run.command)}
        rows={shownDifferences(rowsOfJson({ rows }))}
        keyOf={({ days, metric }) => `${days} ${metric}`}
      />
      <small>
        Actions are pageviews, events, searches, outlinks and downloads together. How many carts were planned
        is not counted.
      </small>
      {reasons.length > 0 && (
        <div>
          <h3>Likely reasons</h3>
          <ul>
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

interface Comparison {
  readonly result: Result;
  readonly atMs: number;
}

/** The last one of each run, wherever on the page it was made. */
const comparisons = signal<ReadonlyMap<number, Comparison>>(new Map());

const TOKEN = 'MATOMO_TOKEN_AUTH';

export function Verification({ run }: { run: Run }) {
  const isBusy = useSignal(false);
  const draft = run.command === 'backfill' ? backfillDraft : trafficDraft;
  const typed = useSignal(tokensFor(run.targets, draft.draft.peek().values));
  if (!run.isEnded || !wasSent(run.totals)) return null;
  const verify = async () => {
    isBusy.value = true;
    await attempt(async () => {
      const { data } = await call('post', '/api/v2/runs/{id}/verification', {
        path: { id: run.id },
        body: {
          waitSeconds: WAIT_SECONDS,
          tokens: Object.fromEntries(Object.entries(typed.value).filter(([, token]) => token !== '')),
        },
      });
      comparisons.value = new Map([...comparisons.value, [run.id, { result: data, atMs: Date.now() }]]);
    });
    isBusy.value = false;
  };
  const last = comparisons.value.get(run.id);
  const found = last?.result;
  return (
    <section class="stack">
      <h2>Compare with Matomo</h2>
      {run.isSink ? (
        <p class="soft">
          This run went to the embedded endpoint, which ended with it: there is nothing to compare.
        </p>
      ) : (
        <div class="row">
          {run.targets.map(({ name }, i) => {
            const env = targetEnv(TOKEN, i + 1);
            return (
              <label key={env} class="row">
                {run.targets.length === 1 ? 'Token' : `Token of ${name}`}
                <input
                  type="password"
                  autocomplete="off"
                  style={{ width: '16rem' }}
                  placeholder="as the service has it"
                  value={typed.value[env] ?? ''}
                  onInput={({ currentTarget }) => {
                    typed.value = { ...typed.value, [env]: currentTarget.value };
                  }}
                />
              </label>
            );
          })}
          <button type="button" disabled={isBusy.value} onClick={verify}>
            {isBusy.value ? <Waiting word="Reading the reports" /> : 'Compare with Matomo’s reports'}
          </button>
        </div>
      )}
      {!run.isSink && (
        <small>The token needs view access to the site, and is used for this comparison only.</small>
      )}
      {last && (
        <p class="soft">
          Compared at {new Date(last.atMs).toLocaleTimeString([], { hourCycle: 'h23' })}. Matomo’s reports are
          by day: both sides have all runs that were sent to the site on these days.
        </p>
      )}
      {found?.errors.map(({ message, hint }) => (
        <p key={message} class="banner bad" style={{ margin: 0 }}>
          {inPageWords(message)} {hint !== null && <small>{inPageWords(hint)}</small>}
        </p>
      ))}
      {found?.results.map((record, i) => (
        <Rows key={i} record={record} run={run} />
      ))}
    </section>
  );
}
