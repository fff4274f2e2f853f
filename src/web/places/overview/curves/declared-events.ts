/** Events that the settings declare, such as a sale or a growing site, as charts and figures show them. */
import { formatNumber } from '../../../../report/format.ts';
import type { RunTarget } from '../../../api/schema.ts';
import type { Mark } from '../../../components/charts/time-axis.tsx';

type DeclaredEvent = NonNullable<RunTarget['declaredEvents']>[number];

export function factorText({ kind, factor }: DeclaredEvent): string {
  if (kind === 'growth') {
    const percent = (factor - 1) * 100;
    return `${percent < 0 ? '−' : '+'}${formatNumber(Math.abs(percent), 1)} % a week`;
  }
  return factor === 0
    ? 'no visits'
    : `${formatNumber(factor, Number.isInteger(factor) ? 0 : 2)} times the visits`;
}

/** What all targets have is one event. */
export function eventsOf(targets: readonly RunTarget[]): readonly DeclaredEvent[] {
  const all = targets.flatMap(({ declaredEvents = [] }) => declaredEvents);
  return [...new Map(all.map((event) => [JSON.stringify(event), event])).values()];
}

/** Growth has no beginning or end in a chart: the figures tell it. */
export function marksOf(targets: readonly RunTarget[]): readonly Mark[] {
  return eventsOf(targets)
    .filter(({ kind }) => kind !== 'growth')
    .map((event) => ({
      fromMs: Date.parse(event.from),
      toMs: Date.parse(event.to),
      text: factorText(event),
    }));
}
