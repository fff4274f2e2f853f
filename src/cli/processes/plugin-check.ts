/** Whether plugins plan the same visits again: in another order, and in another process. */
import type { Channel } from '../../child.ts';
import { EXIT, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { createHitWriter } from '../../matomo/requests/hits.ts';
import { createOffsetTable } from '../../plan/days/calendar.ts';
import { createPlan } from '../../plan/plan.ts';
import type { Extensions } from '../../plan/plugins/extensions.ts';
import { type LoadedPlugins, loadSamePlugins } from '../../plugin/load.ts';
import { decodeError, encodeError } from '../../shards/serialization.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import {
  type CheckedVisit,
  PLUGIN_CHECK_WORKER,
  type PluginCheckReply,
  type PluginCheckTask,
} from './plugin-check-protocol.ts';

const CHECKED_VISITS = 200;

/** Visits that are spread over the day, in the order of their indices. */
function checkedVisits(
  traffic: TrafficSettings,
  extensions: Extensions,
  date: LocalDate,
  isBackwards: boolean,
): CheckedVisit[] {
  const plan = createPlan(traffic, extensions);
  const day = plan.calendar.dayOf(date);
  const { length } = plan.startsOf(day);
  const count = Math.min(CHECKED_VISITS, length);
  const places = Array.from({ length: count }, (_, i) => ({ day, index: Math.floor((i * length) / count) }));
  const { write } = createHitWriter(traffic, createOffsetTable());
  const planned = [...plan.visits(isBackwards ? places.reverse() : places)].map((visit) => ({
    index: visit.key.index,
    digest: write(visit).visit.digest,
    behaviour: visit.behaviour,
  }));
  return isBackwards ? planned.reverse() : planned;
}

/** The other process: plans from the last visit to the first. */
export async function checkPlugins(
  parent: Channel<PluginCheckReply, PluginCheckTask>,
  host: Host,
): Promise<number> {
  const task = await new Promise<PluginCheckTask | undefined>((resolve) => {
    parent.onMessage(resolve);
    parent.onGone(() => resolve(undefined));
  });
  if (!task) return EXIT.done;
  try {
    const { extensions } = await loadSamePlugins(host, task.sources, task.traffic.plugins ?? []);
    await parent.send({ visits: checkedVisits(task.traffic, extensions, task.date, true) });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await parent.send({ error: encodeError(error) });
  }
  return EXIT.done;
}

function visitsElsewhere(host: Host, task: PluginCheckTask): Promise<readonly CheckedVisit[]> {
  const child = host.startChild<PluginCheckTask, PluginCheckReply>([PLUGIN_CHECK_WORKER]);
  return new Promise((resolve, reject) => {
    child.onMessage((reply) => {
      if ('error' in reply) reject(decodeError(reply.error));
      else resolve(reply.visits);
    });
    child.onGone((how) => reject(new Error(`the process that plans visits again ended: ${how}`)));
    void child.send(task);
  });
}

/**
 * How many visits were planned twice and were the same.
 * @throws UserError with the first one that was not, or with what a hook got wrong
 */
export async function planTwice(
  host: Host,
  traffic: TrafficSettings,
  { all, extensions }: LoadedPlugins,
  date: LocalDate,
): Promise<number> {
  const first = checkedVisits(traffic, extensions, date, false);
  const sources = all.map(({ source }) => source);
  const again = await visitsElsewhere(host, { traffic, sources, date });
  const different = first.find(({ digest }, i) => digest !== again[i]?.digest);
  if (!different) return first.length;
  const { index, behaviour } = different;
  const who =
    behaviour === undefined
      ? `A plugin (${all.map(({ plugin }) => plugin.name).join(', ')})`
      : `Behaviour ${behaviour}`;
  throw new UserError(
    `${who} gives another visit ${index} of ${date} when it is planned again in another order and process.`,
    {
      code: 'plugin-not-reproducible',
      exitCode: EXIT.usage,
      hint: 'A hook may use only what it is handed: nothing that an earlier call, the time or chance has left in a variable.',
    },
  );
}
