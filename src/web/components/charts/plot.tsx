/** What all charts have: the lines and numbers of the value axis. */
import type { Scale } from '../../../report/html/charts/scale.ts';
import { heightOf, SIDE } from './side.ts';

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
