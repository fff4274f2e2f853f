/** One service to a data folder: a lock that ends with its process, however that ends. */
import { EXIT, UserError } from '../../errors.ts';
import { openConnection } from '../../ledger/sqlite/connection.ts';

/** @returns gives the folder back. @throws UserError where another service has it */
export async function lockFolder(folder: string, path: string): Promise<() => void> {
  const connection = await openConnection(path);
  try {
    connection.script('pragma busy_timeout = 0; pragma locking_mode = exclusive');
    connection.script('begin exclusive; create table if not exists lock (held integer); commit');
    return () => connection.close();
  } catch (cause) {
    connection.close();
    if (!(cause instanceof UserError) || cause.code !== 'ledger-busy') throw cause;
    throw new UserError(`Another control service uses ${folder}.`, {
      code: 'service-running',
      exitCode: EXIT.usage,
      hint: 'Stop it first, or set --data to another folder.',
      cause,
    });
  }
}
