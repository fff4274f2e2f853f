/** Schedules in a table: on or off, last and next start, started now, changed, deleted; each act that sends asks in numbers. */
import { call } from '../../api/client.ts';
import type { Schedule } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt, notify } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { pathTo } from '../../router.ts';
import { recordOf } from './draft.ts';
import { checkOf, effectText, reasonOf, timeText } from './effect.ts';

interface Acts {
  readonly onChanged: () => void;
  readonly onEdit: (schedule: Schedule, etag: string | undefined) => void;
}

/** The effect in words. @throws Error where it could not start */
async function effectOf(who: string, schedule: Schedule) {
  const record = recordOf(schedule);
  const check = await checkOf(record);
  const reason = reasonOf(check);
  if (reason !== undefined) throw new Error(`${schedule.name} could not start: ${reason}`);
  return { check, text: effectText(who, record, check) };
}

const fetched = async ({ id }: Schedule) => call('get', '/api/v2/schedules/{id}', { path: { id } });

const startNow = (schedule: Schedule, onChanged: () => void) =>
  attempt(async () => {
    const { text } = await effectOf('This', schedule);
    const isConfirmed = await ask({ title: `Start ${schedule.name} now?`, text, confirm: 'Start now' });
    if (!isConfirmed) return;
    const { data } = await call('post', '/api/v2/schedules/{id}/start', { path: { id: schedule.id } });
    notify(`${schedule.name} has started as run ${data.run}.`);
    onChanged();
  });

const toggle = (schedule: Schedule, onChanged: () => void) =>
  attempt(async () => {
    const { data, etag } = await fetched(schedule);
    const isEnabled = data.isEnabled === false;
    if (isEnabled) {
      const { check, text } = await effectOf('Each start', data);
      const [next] = check.nextAt;
      const isConfirmed = await ask({
        title: `Switch ${data.name} on?`,
        text: `${next === undefined ? 'It never comes' : `It starts ${timeText(next, data.timezone)} (${data.timezone}) next`}. ${text}`,
        confirm: 'Switch on',
      });
      if (!isConfirmed) return;
    }
    await call('put', '/api/v2/schedules/{id}', {
      path: { id: data.id },
      body: { ...recordOf(data), isEnabled },
      ...(etag === undefined ? {} : { ifMatch: etag }),
    });
    notify(isEnabled ? `${data.name} is on.` : `${data.name} is off. A run that has started goes on.`);
    onChanged();
  });

async function remove({ id, name }: Schedule, onChanged: () => void): Promise<void> {
  const isConfirmed = await ask({
    title: `Delete ${name}?`,
    text: 'It does not start any more. Runs that have started are not affected.',
    confirm: 'Delete',
    isDangerous: true,
  });
  if (!isConfirmed) return;
  const work = () => call('delete', '/api/v2/schedules/{id}', { path: { id } });
  if (await attempt(work, `${name} is deleted.`)) onChanged();
}

function Buttons({ schedule, onChanged, onEdit }: Acts & { schedule: Schedule }) {
  const edit = () =>
    attempt(async () => {
      const { data, etag } = await fetched(schedule);
      onEdit(data, etag);
    });
  const { name } = schedule;
  return (
    <span class="row end">
      <button
        type="button"
        class="small"
        aria-label={`Start now: ${name}`}
        onClick={() => startNow(schedule, onChanged)}
      >
        Start now
      </button>
      <button type="button" class="small" aria-label={`Change ${name}`} onClick={edit}>
        Change
      </button>
      <button
        type="button"
        class="small danger"
        aria-label={`Delete ${name}`}
        onClick={() => remove(schedule, onChanged)}
      >
        Delete
      </button>
    </span>
  );
}

function Last({ schedule: { name, timezone = 'UTC', lastAt, lastRun } }: { schedule: Schedule }) {
  return (
    <>
      {lastAt === null ? <span class="soft">never</span> : timeText(lastAt, timezone)}{' '}
      {lastRun !== null && <a href={pathTo('runs', String(lastRun))}>run {lastRun}</a>}
      {lastAt !== null && lastRun === null && (
        <a class="bad" href={`${pathTo('logs')}?text=${encodeURIComponent(name)}`}>
          did not start
        </a>
      )}
    </>
  );
}

function Next({ schedule: { timezone = 'UTC', nextAt, isEnabled = true } }: { schedule: Schedule }) {
  if (nextAt !== null) return <>{timeText(nextAt, timezone)}</>;
  return <span class="soft">{isEnabled ? 'never' : 'off'}</span>;
}

function columnsOf(acts: Acts): readonly Column<Schedule>[] {
  return [
    {
      title: 'On',
      of: (schedule) => (
        <label class="tick">
          <input
            type="checkbox"
            aria-label={`${schedule.name} is on`}
            checked={schedule.isEnabled ?? true}
            onClick={(event) => {
              // As it is, until the service has changed it.
              event.preventDefault();
              void toggle(schedule, acts.onChanged);
            }}
          />
        </label>
      ),
      isBare: true,
    },
    {
      title: 'Name',
      of: ({ name, command }) => (
        <>
          {name} <span class="soft">{command === 'run' ? 'live' : 'backfill'}</span>
        </>
      ),
      isHead: true,
    },
    {
      title: 'When',
      of: ({ cron, timezone = 'UTC' }) => (
        <>
          <code class="nowrap">{cron}</code> <span class="soft">{timezone}</span>
        </>
      ),
    },
    { title: 'Last', of: (schedule) => <Last schedule={schedule} />, isExtra: true },
    { title: 'Next', of: (schedule) => <Next schedule={schedule} /> },
    { title: 'Actions', of: (schedule) => <Buttons schedule={schedule} {...acts} />, isBare: true },
  ];
}

export function ScheduleList({ schedules, ...acts }: Acts & { schedules: readonly Schedule[] }) {
  return <Table caption="Schedules" columns={columnsOf(acts)} rows={schedules} keyOf={({ id }) => id} />;
}
