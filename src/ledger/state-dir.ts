/** Where the user's state is kept, by the platform's convention. */
import { posix, win32 } from 'node:path';
import type { Host } from '../host.ts';

/** The setting that names another folder. */
export const STATE_DIR_VARIABLE = 'TRAFFICINATOR_STATE_DIR';

/** Absolute path of the folder; it need not exist. */
export function stateDir(host: Pick<Host, 'env' | 'home' | 'cwd' | 'platform'>): string {
  const { env, home, cwd, platform } = host;
  const path = platform === 'win32' ? win32 : posix;
  const chosen = env[STATE_DIR_VARIABLE];
  if (chosen) return path.resolve(cwd, chosen);
  if (platform === 'win32') {
    return path.join(env.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'trafficinator');
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'trafficinator');
  // The XDG convention has a relative path count as none.
  const xdg = env.XDG_STATE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'state'), 'trafficinator');
}

/** The ledger's file in the state folder. */
export function ledgerPath(host: Pick<Host, 'env' | 'home' | 'cwd' | 'platform'>): string {
  const path = host.platform === 'win32' ? win32 : posix;
  return path.join(stateDir(host), 'ledger.db');
}
