/** The second step of a backfill: its numbers, to be confirmed. */
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { BackfillPlan, Run } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { ScrollArea } from '../../components/scroll-area.tsx';
import { backfillDraft as state } from '../../settings/draft.ts';

export function Review({
  plan,
  onBack,
  onRun,
}: {
  plan: BackfillPlan;
  onBack: () => void;
  onRun: (run: Run) => void;
}) {
  const confirm = async () => {
    const isConfirmed = await ask({
      title: `Send ${formatNumber(plan.visits)} visits?`,
      text: `${formatNumber(plan.hits)} hits for the ${plan.days.length} days from ${plan.from} to ${plan.to}. Matomo cannot undo this.`,
      confirm: `Send ${formatNumber(plan.visits)} visits`,
    });
    if (!isConfirmed) return;
    const token = state.draft.value.values.MATOMO_TOKEN_AUTH;
    await attempt(async () => {
      const tokens = token === undefined ? {} : { MATOMO_TOKEN_AUTH: token };
      const { digest, visits } = plan;
      const { data } = await call('post', '/api/v2/backfill-plans/{id}/confirm', {
        path: { id: plan.id },
        body: { digest, visits, tokens, rememberTokens: false },
      });
      onRun(data);
    });
  };
  return (
    <div class="stack">
      <dl class="figures">
        <div>
          <dt>Days</dt>
          <dd>{formatNumber(plan.days.length)}</dd>
        </div>
        <div>
          <dt>Visits</dt>
          <dd>{formatNumber(plan.visits)}</dd>
        </div>
        <div>
          <dt>Hits</dt>
          <dd>{formatNumber(plan.hits)}</dd>
        </div>
        <div>
          <dt>From, to</dt>
          <dd>
            <small>
              {plan.from}, {plan.to}
            </small>
          </dd>
        </div>
      </dl>
      <p>
        Digest <code>{plan.digest.slice(0, 16)}…</code>{' '}
        <small>The same settings and seed always give this digest.</small>
      </p>
      <ScrollArea label="Days of the plan" maxHeight="20rem">
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" class="number">
                Visits
              </th>
              <th scope="col" class="number">
                Hits
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.days.map(({ date, visits, hits }) => (
              <tr key={date}>
                <th scope="row">{date}</th>
                <td class="number">{formatNumber(visits)}</td>
                <td class="number">{formatNumber(hits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <div class="row">
        <button type="button" onClick={onBack}>
          Back
        </button>
        <button type="button" class="primary" onClick={confirm}>
          Send {formatNumber(plan.visits)} visits
        </button>
      </div>
    </div>
  );
}
