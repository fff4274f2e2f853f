/** What can be asked of a run that workers share, each with a question that says in numbers what will happen. */
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { SharedRun } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { counted, nameOf, workersOf } from './shared-counts.ts';

const MINUTE_MS = 60_000;
/** A rate over less is none. */
const LEAST_MS = 10_000;

interface Act {
  readonly wish: 'run' | 'pause' | 'stop';
  readonly label: string;
  readonly done: string;
  readonly text: string;
}

const verb = (count: number, one: string, several: string) => (count === 1 ? one : several);

const complete = ({ visits, plannedVisits }: SharedRun) => {
  const done = formatNumber(visits.complete ?? 0);
  return plannedVisits === null
    ? `${done} visits are`
    : `${done} of ${formatNumber(plannedVisits)} visits are`;
};

/** What a pause would skip, from what was due so far. */
function skippedText({ hits, startedAt }: SharedRun): string {
  const ms = startedAt === null ? 0 : Date.now() - Date.parse(startedAt);
  const { planned = 0 } = hits;
  if (ms < LEAST_MS || planned === 0) return 'Hits that are due meanwhile are skipped.';
  const perMinute = Math.round((planned / ms) * MINUTE_MS);
  return `Hits that are due meanwhile are skipped: about ${formatNumber(perMinute)} a minute, as it was so far.`;
}

function stopText(run: SharedRun): string {
  const { requestsInFlight, shards, command } = run;
  const open = shards.filter(({ state }) => state !== 'done').length;
  const rest =
    command === 'backfill'
      ? 'The rest is not sent. To send it later, run the same backfill with --resume.'
      : 'Visits that have not ended yet are cut short.';
  const workers = workersOf(run).size;
  return `${counted(workers, 'worker')} ${verb(workers, 'finishes', 'finish')} ${counted(requestsInFlight, 'request')} in flight, and ${counted(open, 'shard')} ${verb(open, 'ends', 'end')}. ${complete(run)} complete so far. ${rest}`;
}

function actsOf(run: SharedRun): Act[] {
  const open = counted(run.shards.filter(({ state }) => state !== 'done').length, 'shard');
  const workers = workersOf(run).size;
  const who = counted(workers, 'worker');
  const pause: Act = {
    wish: 'pause',
    label: 'Pause',
    done: `Run ${run.id} pauses.`,
    text: `${who} with ${open} ${verb(workers, 'stops', 'stop')} sending within a second. ${skippedText(run)}`,
  };
  const resume: Act = {
    wish: 'run',
    label: 'Resume',
    done: `Run ${run.id} goes on.`,
    text: `${who} ${verb(workers, 'goes', 'go')} on sending ${open} to site ${run.site} at ${run.url}. What was due during the pause stays skipped.`,
  };
  const stop: Act = { wish: 'stop', label: 'Stop', done: `Run ${run.id} is ending.`, text: stopText(run) };
  if (run.endedAt !== null || run.wish === 'stop') return [];
  if (run.command === 'backfill') return [stop];
  return [run.wish === 'pause' ? resume : pause, stop];
}

/** @param onAsked the run as it is then */
export function Steering({ run, onAsked }: { run: SharedRun; onAsked: (run: SharedRun) => void }) {
  const steer = async ({ wish, label, text, done }: Act) => {
    const isConfirmed = await ask({
      title: `${label} run ${run.id}, ${run.command === 'run' ? 'live' : 'a backfill'} to ${nameOf(run)}?`,
      text,
      confirm: `${label} run ${run.id}`,
      isDangerous: wish === 'stop',
    });
    if (!isConfirmed) return;
    await attempt(async () => {
      const path = { id: run.id };
      const { data } = await call('post', '/api/v2/cluster/runs/{id}', { path, body: { wish } });
      onAsked(data);
    }, done);
  };
  return (
    <div class="row">
      {actsOf(run).map((act) => (
        <button
          key={act.label}
          type="button"
          class={{ run: 'primary', pause: '', stop: 'danger' }[act.wish]}
          aria-label={`${act.label} run ${run.id}`}
          onClick={() => steer(act)}
        >
          {act.label}
        </button>
      ))}
      {run.state === 'stopping' && <span class="soft">Ends when requests in flight have finished.</span>}
    </div>
  );
}
