/** Keeps the compiled code of the command for its next start, where Node.js can: from 22.1. */
import { posix, win32 } from 'node:path';
import { isSea } from 'node:sea';
import { homeOfUser } from '../../home.ts';

interface Platform {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: string;
}

/** The platform's folder for what can be made again. */
export function cacheDir({ env, home, platform }: Platform): string {
  const path = platform === 'win32' ? win32 : posix;
  if (platform === 'win32') {
    return path.join(env.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'trafficinator', 'Cache');
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'trafficinator');
  // The XDG convention has a relative path count as none.
  const xdg = env.XDG_CACHE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'), 'trafficinator');
}

/**
 * Code that is loaded from now on is compiled once. Node.js tells its own versions and changed files apart, and goes
 * without where the folder cannot be written. The self-contained executable brings its compiled code along.
 */
export function keepCompiledCode({
  env,
  platform,
  getBuiltinModule,
}: Pick<NodeJS.Process, 'env' | 'platform' | 'getBuiltinModule'>): void {
  if (isSea()) return;
  const home = homeOfUser();
  // Not in the types of Node.js 20.
  const nodeModule: object = getBuiltinModule('node:module');
  if (home === undefined || !('enableCompileCache' in nodeModule)) return;
  const { enableCompileCache } = nodeModule;
  if (typeof enableCompileCache !== 'function') return;
  enableCompileCache(cacheDir({ env, home, platform }));
}
