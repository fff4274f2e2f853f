/** `--record`: the requests of a run in a file, for people who want to see them. */
import type { CliContext } from '../context.ts';
import { fileError } from '../output/failure.ts';

/** A writer of request records; the file is made anew at once, so that a bad path fails before anything is sent. */
export function recordTo(
  { host, log }: CliContext,
  path: string | undefined,
): ((record: unknown) => void) | undefined {
  if (path === undefined) return undefined;
  try {
    host.writeFile(path, '');
  } catch (error) {
    throw fileError('--record', path, error);
  }
  let isBroken = false;
  return (record) => {
    if (isBroken) return;
    try {
      host.appendFile(path, `${JSON.stringify(record)}\n`);
    } catch (error) {
      isBroken = true;
      const { message, code, hint } = fileError('--record', path, error);
      log.warning(`${message} The recording stops here.`, { code, hint });
    }
  };
}
