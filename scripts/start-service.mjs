// Starts the built control service on a free port, and waits for its one-time login link.
import { join } from 'node:path';

/**
 * @param start as `spawn` of node:child_process
 * @param root of the tree whose build runs
 * @param folder where it runs, with all of its data
 */
export async function startService(start, root, folder) {
  const child = start(process.execPath, [join(root, 'bin/trafficinator.js'), 'serve', '--port', '0'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TRAFFICINATOR_STATE_DIR: folder },
  });
  let text = '';
  const login = await new Promise((resolve, reject) => {
    const look = (data) => {
      text += data;
      const found = /(http:\/\/\S+\/login#\S+)/.exec(text);
      if (found) resolve(found[1]);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', () => reject(new Error(`The service has ended: ${text}`)));
  });
  return { child, login };
}
