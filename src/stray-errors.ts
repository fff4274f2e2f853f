/** Errors that nobody has caught, for whoever can say whose they are. */
import process from 'node:process';
import { inspect } from 'node:util';

export function onStrayError(hasDealtWith: (error: unknown) => boolean): () => void {
  const listener = (error: unknown) => {
    if (hasDealtWith(error)) return;
    process.stderr.write(`${inspect(error)}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', listener);
  return () => process.off('uncaughtException', listener);
}
