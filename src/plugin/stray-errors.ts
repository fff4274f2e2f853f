/** Tells errors that a plugin left behind, in a promise or a callback that nobody waits for, from our own. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const OUR_FOLDER = dirname(fileURLToPath(import.meta.url));

/** The file of the first line of the trace that is not Node's own; undefined where there is none. */
function originOf({ stack = '' }: Error): string | undefined {
  for (const line of stack.split('\n').filter((text) => /^\s+at /.test(text))) {
    const place = /\(?([^\s()]+):\d+:\d+\)?$/.exec(line)?.[1];
    if (place === undefined || place.startsWith('node:')) continue;
    return place.startsWith('file:') ? fileURLToPath(place) : place;
  }
  return undefined;
}

/**
 * What went wrong, where code of one of the plugins has thrown the error, or Node at its request: of a failed connection, the trace
 * has nobody's code. Undefined for errors of our own.
 * @param paths of the plugins' modules
 */
export function strayErrorText(
  error: unknown,
  paths: readonly string[],
  ourFolder = OUR_FOLDER,
): string | undefined {
  if (!(error instanceof Error)) return String(error);
  const origin = originOf(error);
  const text = error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  if (origin === undefined) return text;
  const isWithin = (folder: string) => origin.startsWith(`${folder}/`) || origin.startsWith(`${folder}\\`);
  const isTheirs = !isWithin(ourFolder) && paths.some((path) => isWithin(dirname(path)));
  return isTheirs ? text : undefined;
}
