/** Colours, where the output is a terminal that wants them. */
import { Chalk } from 'chalk';
import type { Host, Output } from '../../host.ts';

export function createPalette(host: Pick<Host, 'env'>, output: Output) {
  const { NO_COLOR, FORCE_COLOR, TERM } = host.env;
  const isOff = (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb' || !output.isTty;
  const level = isOff && !FORCE_COLOR ? 0 : 1;
  return new Chalk({ level });
}
