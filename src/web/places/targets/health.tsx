/** Where traffic goes now and how it gets on, and what a check of the targets finds. */
import { useSignal } from '@preact/signals';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Run, RunTarget } from '../../api/schema.ts';
import { CheckResult } from '../../components/checks/check-result.tsx';
import { attempt } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { runsAtWork } from '../../live/state.ts';
import { pathTo } from '../../router.ts';
import { wholeCheck } from '../../settings/checks.ts';
import { trafficDraft } from '../../settings/draft.ts';
import { healthText, lostBy } from '../overview/targets-table.tsx';

interface Receiving {
  readonly run: Run;
  readonly target: RunTarget;
}

const COLUMNS: readonly Column<Receiving>[] = [
  {
    title: 'Target',
    of: ({ target: { name, url, site } }) => `${name === 'default' ? '' : `${name}, `}${url}, site ${site}`,
    isHead: true,
    look: () => 'breaks',
  },
  {
    title: 'Run',
    of: ({ run }) => (
      <a href={`${pathTo('overview')}?run=${run.id}`}>
        {run.name} {run.id}
      </a>
    ),
  },
  { title: 'Health', of: ({ target }) => healthText(target)[1], look: ({ target }) => healthText(target)[0] },
  {
    title: 'Accepted',
    of: ({ target }) => formatNumber(target.totals?.hits.accepted ?? 0),
    isNumber: true,
  },
  { title: 'Lost', of: ({ target }) => formatNumber(lostBy(target)), isNumber: true },
  {
    title: 'Response time, p95',
    of: ({ target: { totals } }) =>
      totals && totals.requests > 0 ? `${formatNumber(totals.latencyMs.p95)} ms` : '–',
    isNumber: true,
    isExtra: true,
  },
];

/** Side by side: every target that a run sends to now. */
export function ActiveTargets() {
  const rows = runsAtWork.value.flatMap((run) => run.targets.map((target) => ({ run, target })));
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>Receiving traffic now</h2>
      <Table
        caption="Receiving traffic now"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ run, target }) => `${run.id} ${target.name}`}
      />
    </section>
  );
}

export function TargetCheck() {
  const isBusy = useSignal(false);
  const { value: draft } = trafficDraft.draft;
  const check = async () => {
    isBusy.value = true;
    await attempt(async () => {
      const { preset, settings } = trafficDraft.request();
      const { data } = await call('post', '/api/v2/targets/check', { body: { preset, settings } });
      wholeCheck.value = { draft, findings: data.findings };
      await trafficDraft.resolve();
    });
    isBusy.value = false;
  };
  const { value: last } = wholeCheck;
  const isStale = last !== undefined && last.draft !== draft;
  return (
    <section class="stack">
      <div class="row">
        <button type="button" class="primary" disabled={isBusy.value} onClick={check}>
          {isBusy.value ? <Waiting word="Checking" /> : 'Check everything'}
        </button>
        <small>Server, site, token and settings. No visit is recorded.</small>
      </div>
      {isStale && <p class="soft">Something was changed since the last check.</p>}
      {last && !isStale && (
        <>
          <CheckResult findings={last.findings} />
          <p>
            <a class="button" href={pathTo('traffic')}>
              Set up traffic
            </a>
          </p>
        </>
      )}
    </section>
  );
}
