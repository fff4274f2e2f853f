/** What Matomo's reports show of a run, beside what was sent. */
import { useSignal } from '@preact/signals';
import {
  countText,
  rowsOfJson,
  type ShownDifference,
  shownDifferences,
  type VerificationJson,
  verificationSentence,
} from '../../../report/verification.ts';
import { call } from '../../api/client.ts';
import type { Calls, Run } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { backfillDraft, trafficDraft } from '../../settings/draft.ts';

type Result = Calls['/api/v2/runs/{id}/verification']['post']['answer'];

const WAIT_SECONDS = 30;

/** The service passes on what `verify --json` prints. */
interface Record extends Partial<Pick<VerificationJson, 'equal' | 'rows' | 'reasons' | 'undelivered'>> {
  readonly target?: string;
}

/** What of the plan Matomo does not have; where the plan is not known, what of the accepted. */
function Missing({ row: { metric, planned, sent, recorded } }: { row: ShownDifference }) {
  const missing = (planned ?? sent) - recorded;
  return <td class={missing === 0 ? 'number' : 'number bad'}>{countText(metric, missing)}</td>;
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
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Days</th>
              <th scope="col">What</th>
              <th scope="col" class="number">
                Planned
              </th>
              <th scope="col" class="number">
                Accepted
              </th>
              <th scope="col" class="number">
                In Matomo
              </th>
              <th scope="col" class="number">
                Missing
              </th>
            </tr>
          </thead>
          <tbody>
            {shownDifferences(rowsOfJson({ rows })).map((row) => {
              const { days, metric, planned, sent, recorded } = row;
              return (
                <tr key={`${days} ${metric}`}>
                  <td>{days}</td>
                  <th scope="row">
                    {metric}
                    {metric === 'revenue' && currency !== undefined && ` (${currency})`}
                  </th>
                  <td class="number">{planned === undefined ? '–' : countText(metric, planned)}</td>
                  <td class="number">{countText(metric, sent)}</td>
                  <td class="number">{countText(metric, recorded)}</td>
                  <Missing row={row} />
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
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

export function Verification({ run }: { run: Run }) {
  const result = useSignal<Result | undefined>(undefined);
  const isBusy = useSignal(false);
  const draft = run.command === 'backfill' ? backfillDraft : trafficDraft;
  const token = useSignal(draft.tokens().MATOMO_TOKEN_AUTH ?? '');
  if (!run.isEnded) return null;
  const verify = async () => {
    isBusy.value = true;
    await attempt(async () => {
      const { data } = await call('post', '/api/v2/runs/{id}/verification', {
        path: { id: run.id },
        body: {
          waitSeconds: WAIT_SECONDS,
          tokens: { ...draft.tokens(), ...(token.value === '' ? {} : { MATOMO_TOKEN_AUTH: token.value }) },
        },
      });
      result.value = data;
    });
    isBusy.value = false;
  };
  const { value: found } = result;
  return (
    <section class="stack">
      <h2>Compare with Matomo</h2>
      {run.isSink ? (
        <p class="soft">
          This run went to the embedded endpoint, which ended with it: there is nothing to compare.
        </p>
      ) : (
        <div class="row">
          <label class="row">
            Token
            <input
              type="password"
              autocomplete="off"
              style={{ width: '16rem' }}
              placeholder="as the service has it"
              value={token.value}
              onInput={({ currentTarget }) => {
                token.value = currentTarget.value;
              }}
            />
          </label>
          <button type="button" disabled={isBusy.value} onClick={verify}>
            {isBusy.value ? 'Reading the reports …' : 'Compare with Matomo’s reports'}
          </button>
        </div>
      )}
      {!run.isSink && (
        <small>The token needs view access to the site, and is used for this comparison only.</small>
      )}
      {found?.errors.map(({ message, hint }) => (
        <p key={message} class="banner bad" style={{ margin: 0 }}>
          {message} {hint !== null && <small>{hint}</small>}
        </p>
      ))}
      {found?.results.map((record, i) => (
        <Rows key={i} record={record} run={run} />
      ))}
    </section>
  );
}
