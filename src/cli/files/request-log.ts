/** `--record`: the requests of a run in a file, for people who want to see them. */
import { EXIT } from '../../errors.ts';
import type { CliContext } from '../context.ts';
import { fileError } from '../output/failure.ts';

export interface Recording {
  readonly onRequest: (record: unknown) => void;
  /** That of output that could not be written, where a request is missing from the file. */
  exitCode(): number;
}

/** The file is made anew at once, so that a bad path fails before anything is sent. */
export function recordTo({ host, log }: CliContext, path: string | undefined): Recording | undefined {
  if (path === undefined) return undefined;
  try {
    host.writeFile(path, '');
  } catch (error) {
    throw fileError('--record', path, error);
  }
  let isBroken = false;
  return {
    exitCode: () => (isBroken ? EXIT.internal : EXIT.done),
    onRequest(record) {
      if (isBroken) return;
      try {
        host.appendFile(path, `${JSON.stringify(record)}\n`);
      } catch (error) {
        isBroken = true;
        const { message, code, hint } = fileError('--record', path, error);
        log.error(`${message} The recording stops here.`, { code, hint });
      }
    },
  };
}
