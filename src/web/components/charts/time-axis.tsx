/** What curves over time have: the times below, and marks of what happened meanwhile. */
import { type Span, shareOf } from './line.ts';

/** Something that happened or was declared for a while, drawn behind the curves. */
export interface Mark {
  readonly fromMs: number;
  readonly toMs: number;
  readonly text: string;
}

export const clock = (ms: number, withSeconds: boolean) =>
  new Date(ms).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(withSeconds ? { second: '2-digit' } : {}),
  });

export function TimeTicks({ span }: { span: Span }) {
  if (span.lengthMs <= 1) return null;
  const labels = [0, 0.25, 0.5, 0.75, 1].map((at) =>
    clock(span.firstMs + at * span.lengthMs, span.lengthMs < 600_000),
  );
  return (
    <>
      {labels.map((label, i) =>
        // Of a short time, no label twice.
        label === labels[i - 1] ? null : (
          <span
            key={i}
            class={i === 4 ? 'x last' : i === 0 ? 'x first' : i % 2 === 0 ? 'x' : 'x minor'}
            style={{ left: `${i * 25}%` }}
          >
            {label}
          </span>
        ),
      )}
    </>
  );
}

/** Marks that reach into the time that is shown, cut to it. */
export function Marks({ marks, span }: { marks: readonly Mark[]; span: Span }) {
  return (
    <>
      {marks.map(({ fromMs, toMs, text }) => {
        const from = Math.max(0, shareOf(fromMs, span));
        const to = Math.min(1, shareOf(toMs, span));
        if (to <= 0 || from >= 1) return null;
        return (
          <span
            key={`${text} ${fromMs}`}
            class="mark"
            style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
            title={text}
          >
            <span>{text}</span>
          </span>
        );
      })}
    </>
  );
}
