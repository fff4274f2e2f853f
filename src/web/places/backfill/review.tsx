/** The second step of a backfill: its numbers, to be confirmed. */
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { BackfillPlan, Run } from '../../api/schema.ts';
import { Columns } from '../../components/charts/columns.tsx';
import { ProblemsFound } from '../../components/checks/problems-found.tsx';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { backfillDraft as state } from '../../settings/draft.ts';
import { revenueText, sendingText, volumeReasons } from './plan-words.ts';

type Target = BackfillPlan['targets'][number];

/** `site 3 at https://…`; the embedded endpoint has no address yet. */
const placeOf = ({ name, url, site }: Target, isOne: boolean) =>
  `${isOne ? '' : `${name}: `}${url === null ? 'the embedded endpoint' : `site ${site} at ${url}`}`;

/** Everything that is about to happen, before it does. */
function Summary({ plan }: { plan: BackfillPlan }) {
  const isOne = plan.targets.length === 1;
  const reasons = volumeReasons(plan);
  return (
    <dl class="facts">
      {plan.targets.map((target) => (
        <div key={target.name}>
          <dt>{isOne ? 'Where to' : 'Target'}</dt>
          <dd>
            {placeOf(target, isOne)} <span class="soft">{target.timezone}</span>
          </dd>
        </div>
      ))}
      <div>
        <dt>Preset</dt>
        <dd>{plan.presets.length > 0 ? plan.presets.join(', ') : <span class="soft">none</span>}</dd>
      </div>
      <div>
        <dt>Days</dt>
        <dd>
          {plan.from} to {plan.to} <span class="soft">{dayCount(plan)}</span>
        </dd>
      </div>
      <div>
        <dt>Visits</dt>
        <dd>
          {formatNumber(plan.visits)} <span class="soft">with {formatNumber(plan.hits)} hits</span>
          {plan.replay && <strong class="warn"> In addition to what was sent before.</strong>}
          {reasons.map((reason) => (
            <small key={reason} style={{ display: 'block' }}>
              {reason}
            </small>
          ))}
        </dd>
      </div>
      {plan.orders !== null && plan.orders > 0 && (
        <div>
          <dt>Orders</dt>
          <dd>
            {formatNumber(plan.orders)} <span class="soft">with a revenue of {revenueText(plan)}</span>
          </dd>
        </div>
      )}
      <div>
        <dt>Sending</dt>
        <dd>{sendingText(plan)}</dd>
      </div>
    </dl>
  );
}

const dayCount = ({ days }: BackfillPlan) =>
  `${formatNumber(days.length)} ${days.length === 1 ? 'day' : 'days'}`;

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
      text: (
        <div class="stack">
          <ProblemsFound state={state} />
          <Summary plan={plan} />
          <p>Matomo cannot undo this.</p>
        </div>
      ),
      confirm: `Send ${formatNumber(plan.visits)} visits`,
    });
    if (!isConfirmed) return;
    await attempt(async () => {
      const tokens = state.tokens();
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
      <Summary plan={plan} />
      <Columns
        title="Visits by day"
        unit="visits"
        labelEvery={Math.ceil(plan.days.length / 8)}
        columns={plan.days.map(({ date, visits, hits }) => ({
          label: date.slice(5),
          value: visits,
          note: formatNumber(hits),
        }))}
        noteUnit="hits"
      />
      <details>
        <summary class="soft">Compare this plan with another one</summary>
        <p>
          Digest <code class="breaks">{plan.digest}</code>
        </p>
        <small>
          Two plans with the same digest send exactly the same visits: prepare the days again, or run{' '}
          <code>trafficinator backfill --dry-run</code> with the same settings, and compare.
        </small>
      </details>
      <div class="row">
        <button type="button" onClick={onBack}>
          Back to the days and settings
        </button>
        <button type="button" class="primary" onClick={confirm}>
          Send {formatNumber(plan.visits)} visits
        </button>
      </div>
    </div>
  );
}
