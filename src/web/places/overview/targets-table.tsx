/** The targets of a run side by side. */
import { comparisonSentence } from '../../../report/comparison-sentence.ts';
import { missingOf } from '../../../report/counts.ts';
import { formatNumber } from '../../../report/format.ts';
import { healthOf } from '../../../report/health.ts';
import type { Run } from '../../api/schema.ts';
import { type Column, Table } from '../../components/table.tsx';
import { attemptsText, failedAttemptsOf, outcomesOf } from './outcomes.ts';
import { useRunSettings } from './run-settings.ts';
import { isWaiting } from './verdict.ts';

const HEALTH = {
  healthy: ['good', 'Healthy'],
  degraded: ['warn', 'Degraded'],
  failing: ['bad', 'Failing'],
  unknown: ['soft', 'No response yet'],
} as const;

const DOWN = ['bad', 'Down, trying again'] as const;
const WAITING = ['warn', 'Slow to respond'] as const;
const ATTEMPTS_FAIL = ['warn', 'Some attempts failed'] as const;

/** Of targets that get the same visits. */
export function Comparison({ run: { id, targets } }: { run: Run }) {
  const settings = useRunSettings(targets.length > 1 ? id : undefined);
  if (!settings?.some(({ env, value }) => env === 'TARGET_STRATEGY' && value === 'mirror')) return null;
  const sentence = comparisonSentence(
    targets.map(({ name, totals }) => ({
      name,
      p50: totals?.latencyMs.p50 ?? 0,
      p95: totals?.latencyMs.p95 ?? 0,
      failedAttempts: failedAttemptsOf(totals),
    })),
  );
  return sentence === undefined ? null : <p>{sentence}</p>;
}

type Target = Run['targets'][number];

const healthOfTarget = ({ totals }: Target): keyof typeof HEALTH =>
  totals ? healthOf(outcomesOf(totals), totals.reasons) : 'unknown';

/** One word for it wherever a target is shown. */
export function healthText(target: Target): readonly [tone: string, word: string] {
  const health = healthOfTarget(target);
  if (target.activity?.isTargetDown) return DOWN;
  if (health === 'degraded' || health === 'failing') return HEALTH[health];
  if (isWaiting(target)) return WAITING;
  return health === 'healthy' && failedAttemptsOf(target.totals) > 0 ? ATTEMPTS_FAIL : HEALTH[health];
}

export const lostBy = ({ totals }: Target) => (totals ? missingOf(outcomesOf(totals), totals.reasons) : 0);

const COLUMNS: readonly Column<Target>[] = [
  { title: 'Name', of: ({ name }) => name, isHead: true },
  {
    title: 'Address',
    of: ({ url, site }) => (
      <>
        {url} <span class="soft">site {site}</span>
      </>
    ),
    isExtra: true,
    look: () => 'breaks',
  },
  { title: 'Health', of: (target) => healthText(target)[1], look: (target) => healthText(target)[0] },
  { title: 'Accepted', of: ({ totals }) => formatNumber(totals?.hits.accepted ?? 0), isNumber: true },
  {
    title: 'Lost',
    of: (target) => formatNumber(lostBy(target)),
    isNumber: true,
    look: (target) => (lostBy(target) > 0 ? 'bad' : ''),
  },
  {
    title: 'Failed attempts',
    of: ({ totals }) => formatNumber(failedAttemptsOf(totals)),
    isNumber: true,
    hint: ({ totals }) => attemptsText(totals),
  },
  {
    title: 'Response time, p95',
    of: ({ totals }) => (totals && totals.requests > 0 ? `${formatNumber(totals.latencyMs.p95)} ms` : '–'),
    isNumber: true,
  },
  {
    title: 'In flight',
    of: ({ activity }) => formatNumber(activity?.requestsInFlight ?? 0),
    isNumber: true,
    isExtra: true,
  },
];

/** @param isCompared false where the comparison stands elsewhere */
export function Targets({ run, isCompared = true }: { run: Run; isCompared?: boolean }) {
  if (run.targets.length === 0) return null;
  return (
    <section>
      <h2>{run.targets.length > 1 ? 'Targets' : 'Target'}</h2>
      {isCompared && <Comparison run={run} />}
      <Table caption="Targets" columns={COLUMNS} rows={run.targets} keyOf={({ name }) => name} />
    </section>
  );
}
