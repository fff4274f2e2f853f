/** Access that is refused to every request, as distinct from one that a firewall does not like. */
import { EXIT, UserError } from '../../errors.ts';

/** @param page of the hit that was refused, where it is known */
function refusedError(status: number, page = ''): UserError {
  const hit = page === '' ? '' : ` The refused hit was of ${page}.`;
  return new UserError(`The server refused access (HTTP ${status}).`, {
    code: 'authentication-refused',
    exitCode: EXIT.authentication,
    hint: `Check the token and its permissions for the site, and any password or firewall in front of Matomo. If other hits were accepted, a firewall refuses certain content: ask for an exception for matomo.php.${hit} The request was not retried, because Matomo blocks addresses after repeated failures.`,
  });
}

async function errorOf(probe: () => Promise<void>): Promise<UserError | undefined> {
  try {
    await probe();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/**
 * Why the target would refuse any request; undefined where it refuses this one. A password is asked of all.
 * @param page of the hit that was refused
 */
export async function refusalOfAll(
  status: number,
  page: string,
  { probe, hasAccepted }: { readonly probe: (() => Promise<void>) | undefined; hasAccepted(): boolean },
): Promise<UserError | undefined> {
  if (status === 401) return refusedError(status, page);
  if (probe) return errorOf(probe);
  return hasAccepted() ? undefined : refusedError(status, page);
}

/** True, where hits were accepted before: a firewall or a limit of requests, and not the token. */
export function mayPass(status: number, { code, exitCode }: UserError): boolean {
  return status !== 401 && (code === 'authentication-refused' || exitCode !== EXIT.authentication);
}

/** Why Matomo answers nobody at this address; undefined where it does. */
export async function lockOutOf(probe: () => Promise<void>): Promise<UserError | undefined> {
  const error = await errorOf(probe);
  return error?.exitCode === EXIT.authentication ? error : undefined;
}
