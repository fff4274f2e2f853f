/** When V8 compiles functions that are used a lot into fast code, which threads of its own do. */
import { versions } from 'node:process';
import { setFlagsFromString } from 'node:v8';

/**
 * Bytes of bytecode that a function may run through before V8 looks whether it is hot. At a start many are for a moment: with
 * the usual number their compilation takes a seventh of the processor time, and a machine with few cores waits for it.
 */
const LATE = '--interrupt-budget=1000000';
const USUAL = '--interrupt-budget=67584';
/** The release that both were measured with; later ones have other flags, and keep compiled code. */
const HAS_FLAG = versions.node.startsWith('20.');

let isLate = false;

/** Holds until `optimizeAsUsual` is called. */
export function optimizeLate(): void {
  if (!HAS_FLAG) return;
  isLate = true;
  setFlagsFromString(LATE);
}

export function optimizeAsUsual(): void {
  if (!isLate) return;
  isLate = false;
  setFlagsFromString(USUAL);
}
