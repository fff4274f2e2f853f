/** What all charts have: the lines and numbers of the value axis. */
import type { Scale } from '../../../report/html/charts/scale.ts';

/** The length of both sides of a drawing, in its own units. */
export const SIDE = 1000;

export const heightOf = (value: number, { end }: Scale) => Math.round(SIDE - (value / end) * SIDE);

export function HorizontalLines({ y }: { y: Scale }) {
  return (
    <>
      {y.ticks.map(({ at }) => (
        <path key={at} class={at === 0 ? 'axis' : 'grid-line'} d={`M0 ${heightOf(at, y)}H${SIDE}`} />
      ))}
    </>
  );
}

export function ValueTicks({ y }: { y: Scale }) {
  return (
    <>
      {y.ticks.map(({ at, text }) => (
        <span key={at} class="y" style={{ bottom: `${(at / y.end) * 100}%` }}>
          {text}
        </span>
      ))}
    </>
  );
}
