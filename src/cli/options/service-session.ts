/** How the service and its processes read settings: as the command line does, with pages that are fetched. */
import type { LoadSession } from '../../server/settings/session.ts';
import type { CliContext } from '../context.ts';
import { withRemotePages } from './remote-pages.ts';
import { loadSession } from './session.ts';

export function serviceSession(context: CliContext): LoadSession {
  return async (host, command, { nowMs, ...sources }) => {
    const { host: withPages } = await withRemotePages({ ...context, host }, sources);
    return loadSession(withPages, command, sources, nowMs);
  };
}
