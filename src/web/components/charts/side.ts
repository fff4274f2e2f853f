/** The square in which charts are drawn, in units of its own. */
import type { Scale } from '../../../report/html/charts/scale.ts';

/** The length of its sides. */
export const SIDE = 1000;

export const heightOf = (value: number, { end }: Scale) => Math.round(SIDE - (value / end) * SIDE);
