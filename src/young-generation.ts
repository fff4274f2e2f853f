/** How V8 sizes the young generation of this process's heap, which it sets back whenever a thread begins. */
import { setFlagsFromString } from 'node:v8';

/** One that has grown stays large: it costs memory. */
const STAYS_SMALL = '--semi-space-growth-factor=1';
/** Objects that live for a while are copied again and again within a small one. */
const GROWS = '--semi-space-growth-factor=2';

let chosen = STAYS_SMALL;

/** Has V8 do what was chosen for the process: to stay small, unless it was let grow. */
export function sizeYoungGeneration(): void {
  setFlagsFromString(chosen);
}

export function letYoungGenerationGrow(): void {
  chosen = GROWS;
  sizeYoungGeneration();
}
