/** Access that is refused to every request, as distinct from one that a firewall does not like. */
import { EXIT, UserError } from '../../errors.ts';

/** @param page of the hit that was refused, where it is known */
export function refusedError(status: number, page = ''): UserError {
  const hit = page === '' ? '' : ` The refused hit was of ${page}.`;
  return new UserError(`The server refused access (HTTP ${status}).`, {
    code: 'authentication-refused',
    exitCode: EXIT.authentication,
    hint: `Check the token and its permissions for the site, and any password or firewall in front of Matomo. If other hits were accepted, a firewall refuses certain content: ask for an exception for matomo.php.${hit} The request was not retried, because Matomo blocks addresses after repeated failures.`,
  });
}

/** Why the target would refuse any request; undefined where it would not. */
export async function refusalOfAll(probe: () => Promise<void>): Promise<UserError | undefined> {
  try {
    await probe();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
