/** The numbers of a run. */
import { formatNumber } from '../../../report/format.ts';
import type { Run } from '../../api/schema.ts';
import { Limits } from './limits.tsx';
import {
  attemptsText,
  count,
  failedAttemptsOf,
  lostHitsOf,
  outcomesOf,
  skippedHitsOf,
  type Totals,
  waitsText,
} from './outcomes.ts';

/** Of a run that has ended, the one of all its time. */
function rateOf({ isEnded, rates, startedAt, endedAt }: Run, accepted: number): number | undefined {
  if (!isEnded) return rates?.hitsPerSecond;
  if (startedAt === null || endedAt === null) return undefined;
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  return seconds > 0 ? accepted / seconds : undefined;
}

/** What became of the visits, as in the summary: `515 complete, 39 partial, 52 skipped`. */
function visitsText({ visits }: Totals): string {
  const rest = ['partial', 'failed', 'skipped'].filter((outcome) => count(visits, outcome) > 0);
  return ['complete', ...rest]
    .map((outcome) => `${formatNumber(count(visits, outcome))} ${outcome}`)
    .join(', ');
}

export function Figures({ run, totals }: { run: Run; totals: Totals }) {
  const outcomes = outcomesOf(totals);
  const rate = rateOf(run, outcomes.accepted);
  const missing = lostHitsOf(totals);
  const planned = count(totals.hits, 'planned');
  const toCome = totals.hitsToCome ?? 0;
  const failed = failedAttemptsOf(totals);
  const waits = waitsText(run, totals);
  return (
    <div>
      <dl class="figures">
        <div>
          <dt>Visits</dt>
          <dd>
            {formatNumber(count(totals.visits, 'planned'))}
            <small>
              {visitsText(totals)}
              {run.targets.length > 1 && '; all targets together'}
            </small>
          </dd>
        </div>
        <div>
          <dt>Hits accepted</dt>
          <dd>
            {formatNumber(outcomes.accepted)}
            <small>
              {toCome > 0
                ? `of ${formatNumber(planned - toCome)} due; open visits have ${formatNumber(toCome)} more`
                : `of ${formatNumber(planned)} planned`}
            </small>
          </dd>
        </div>
        <div>
          <dt>Hits lost</dt>
          <dd class={missing > 0 ? 'bad' : ''}>
            {formatNumber(missing)}
            <small>{formatNumber(skippedHitsOf(totals))} skipped</small>
          </dd>
        </div>
        {failed > 0 && (
          <div>
            <dt>Failed attempts</dt>
            <dd class="warn">
              {formatNumber(failed)}
              <small>{attemptsText(totals)}</small>
            </dd>
          </div>
        )}
        <div>
          <dt>Rate</dt>
          <dd>
            {rate === undefined ? '–' : formatNumber(rate, 1)}{' '}
            <small>{run.isEnded ? 'hits/s on average' : 'hits/s over 10 s'}</small>
          </dd>
        </div>
        <div>
          <dt>Response time</dt>
          <dd>
            {totals.requests > 0 ? formatNumber(totals.latencyMs.p95) : '–'}{' '}
            <small>ms (95th percentile){waits && `, ${waits}`}</small>
          </dd>
        </div>
        <div>
          <dt>Sent late by</dt>
          <dd>
            {totals.requests > 0 ? formatNumber(totals.lagMs.p99) : '–'} <small>ms (99th percentile)</small>
          </dd>
        </div>
      </dl>
      <Limits run={run} />
    </div>
  );
}
