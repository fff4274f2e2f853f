/** The numbers of a run. */
import { lostOf } from '../../../report/counts.ts';
import { formatNumber } from '../../../report/format.ts';
import type { Run } from '../../api/schema.ts';
import { Limits } from './limits.tsx';
import { count, outcomesOf, type Totals } from './outcomes.ts';

export function Figures({ run, totals }: { run: Run; totals: Totals }) {
  const outcomes = outcomesOf(totals);
  const visits = count(totals.visits, 'planned') - count(totals.visits, 'skipped');
  return (
    <dl class="figures">
      <div>
        <dt>Visits</dt>
        <dd>
          {formatNumber(visits)}
          <small>{formatNumber(count(totals.visits, 'complete'))} complete</small>
        </dd>
      </div>
      <div>
        <dt>Hits accepted</dt>
        <dd>
          {formatNumber(outcomes.accepted)}
          <small>of {formatNumber(count(totals.hits, 'planned'))} planned</small>
        </dd>
      </div>
      <div>
        <dt>Hits lost</dt>
        <dd class={lostOf(outcomes) > 0 ? 'bad' : ''}>
          {formatNumber(lostOf(outcomes))}
          <small>{formatNumber(outcomes.skipped)} skipped</small>
        </dd>
      </div>
      <div>
        <dt>Rate</dt>
        <dd>
          {run.rates ? formatNumber(run.rates.hitsPerSecond, 1) : '–'} <small>hits/s over 10 s</small>
        </dd>
      </div>
      <div>
        <dt>Response time</dt>
        <dd>
          {formatNumber(totals.latencyMs.p95)} <small>ms (95th percentile)</small>
        </dd>
      </div>
      <div>
        <dt>Sent late by</dt>
        <dd>
          {formatNumber(totals.lagMs.p99)} <small>ms (99th percentile)</small>
        </dd>
      </div>
      <Limits run={run} />
    </dl>
  );
}
