/** Runs that several machines share over one ledger: how far they are, which workers there are, and who has what. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call, isAway, Problem } from '../../api/client.ts';
import type { Calls, SharedRun } from '../../api/schema.ts';
import { Head } from '../../components/head.tsx';
import { useNow } from '../overview/times.tsx';
import { EndedRuns, WorkerList } from './lists.tsx';
import { SharedRunCard } from './shared-run.tsx';

type Cluster = Calls['/api/v2/cluster']['get']['answer'];

const LOOK_EVERY_MS = 2000;
const FEW_RUNS = 10;
const MOST_RUNS = 50;
/** Without an answer for so long, what is shown is old. */
const OLD_MS = 8000;

function NotShared() {
  return (
    <div class="empty">
      <h2>This service has no workers</h2>
      <p>
        When one machine is not enough, workers on several machines share a run over a ledger in PostgreSQL.
        Start this service and <code>trafficinator worker</code> on each machine with{' '}
        <code>LEDGER_URL_FILE</code>, which names a file with the address of the database.
      </p>
    </div>
  );
}

function NoRuns() {
  return (
    <div class="empty">
      <h2>No shared runs yet</h2>
      <p>
        Start one from any machine with the same ledger: <code>trafficinator backfill --detach</code> or{' '}
        <code>trafficinator run --detach</code>. Runs that are started on this page are sent by the service
        itself.
      </p>
    </div>
  );
}

/** What was found last, how old it is, and what went wrong since. */
function useCluster(most: number) {
  const found = useSignal<Cluster | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const heardMs = useSignal(Date.now());
  useEffect(() => {
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        if (!document.hidden) {
          const { data } = await call('get', '/api/v2/cluster', {
            query: { runs: most },
            signal: over.signal,
          });
          found.value = data;
          problem.value = undefined;
          heardMs.value = Date.now();
        }
      } catch (error) {
        if (over.signal.aborted) return;
        if (error instanceof Problem) problem.value = error.message;
        else if (!isAway(error)) throw error;
      }
      if (!over.signal.aborted) timer = setTimeout(look, LOOK_EVERY_MS);
    };
    void look();
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [most, found, problem, heardMs]);
  return { found, problem, heardMs };
}

interface StaleProps {
  readonly hasFound: boolean;
  readonly heardMs: number;
  readonly problem: string | undefined;
}

function Stale({ hasFound, heardMs, problem }: StaleProps) {
  const isOld = useNow(true) - heardMs > OLD_MS;
  if (!isOld && problem === undefined) return null;
  const since = new Date(heardMs).toLocaleTimeString([], { hourCycle: 'h23' });
  return (
    <p class="banner bad" role="alert">
      {problem ?? 'The ledger does not answer.'} Trying again. {hasFound && `What you see is from ${since}.`}
    </p>
  );
}

function Found({ cluster, onAsked }: { cluster: Cluster; onAsked: (run: SharedRun) => void }) {
  const { runs, workers } = cluster;
  const ended = runs.filter(({ endedAt }) => endedAt !== null);
  const active = runs.filter(({ endedAt }) => endedAt === null);
  return (
    <>
      {runs.length === 0 && <NoRuns />}
      {active.map((run) => (
        <SharedRunCard key={run.id} run={run} workers={workers} onAsked={onAsked} />
      ))}
      {active.length === 0 && ended.length > 0 && <p class="soft">No run is active.</p>}
      <WorkerList workers={workers} />
      {ended.length > 0 && <EndedRuns runs={ended} />}
    </>
  );
}

export function Workers() {
  const most = useSignal(FEW_RUNS);
  const { found, problem, heardMs } = useCluster(most.value);
  const { value: cluster } = found;
  const putRun = (run: SharedRun) => {
    if (!found.value) return;
    found.value = { ...found.value, runs: found.value.runs.map((one) => (one.id === run.id ? run : one)) };
  };
  return (
    <div class="stack wide">
      <Head title="Workers">
        <p class="breaks">
          {cluster && cluster.ledger !== null
            ? `Runs that workers share over the ledger ${cluster.ledger}`
            : 'Runs that several machines share'}
        </p>
      </Head>
      {cluster?.ledger !== null && (
        <Stale hasFound={cluster !== undefined} heardMs={heardMs.value} problem={problem.value} />
      )}
      {!cluster && problem.value === undefined && (
        <p class="soft" role="status">
          Loading …
        </p>
      )}
      {cluster?.ledger === null && <NotShared />}
      {cluster && cluster.ledger !== null && <Found cluster={cluster} onAsked={putRun} />}
      {cluster && cluster.runs.length >= FEW_RUNS && most.value < MOST_RUNS && (
        <div>
          <button
            type="button"
            onClick={() => {
              most.value = MOST_RUNS;
            }}
          >
            Show older runs
          </button>
        </div>
      )}
    </div>
  );
}
