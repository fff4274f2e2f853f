/** The state of all jobs as Prometheus text: the command line's own metrics, with the number of the run. */
import { INSTRUMENTS, type TargetState } from '../../metrics/instruments.ts';
import { decodeTotals } from '../../shards/serialization.ts';
import { JOB_STATES } from '../store/job-store.ts';
import type { Job } from './job.ts';

type Labels = Readonly<Record<string, string>>;

interface RunState {
  readonly labels: Labels;
  readonly state: TargetState;
}

function statesOf({ row, progress, isPaused }: Job): RunState[] {
  return progress.targets().flatMap((target) => {
    if (!target.totals) return [];
    const { activity, cap } = target;
    const state = {
      name: target.name,
      totals: decodeTotals(target.totals),
      ...activity,
      isPaused,
      cap: cap > 0 ? { limit: cap, used: target.admittedToday } : undefined,
      isWithinActiveHours: target.isWithinActiveHours,
    };
    return [{ labels: { run: String(row.id), command: row.command }, state }];
  });
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function sampleLine(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}\n`;
}

const head = (name: string, help: string, kind: string) => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** @param jobs at work */
export function metricsText(jobs: readonly Job[], version: string): string {
  const states = jobs.flatMap(statesOf);
  const instruments = INSTRUMENTS.map(({ name, help, kind, read }) => {
    const lines = states.flatMap(({ labels, state }) =>
      read(state).map((sample) => sampleLine(name, { ...labels, ...sample.labels }, sample.value)),
    );
    return head(name, help, kind) + lines.join('');
  });
  const byState = JOB_STATES.map((state) =>
    sampleLine('trafficinator_jobs', { state }, jobs.filter(({ row }) => row.state === state).length),
  );
  return [
    head('trafficinator_build_info', 'The version of the service.', 'gauge'),
    sampleLine('trafficinator_build_info', { version }, 1),
    head('trafficinator_jobs', 'Running jobs, by state.', 'gauge'),
    ...byState,
    ...instruments,
  ].join('');
}
