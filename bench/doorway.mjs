// A doorway on the loopback in front of a server: passes bytes on, and notes when the first tracked hit was answered.
import { connect, createServer } from 'node:net';

const TRACKED = '&_id=';
/** The page of the question whether hits would be taken. */
const PROBE = 'probe.invalid';

/** @returns `{ port, next, close }`; `next()` resolves with `performance.now()` when the next hit that passes is accepted */
export async function openDoorway(port) {
  const sockets = new Set();
  let note;
  const server = createServer((client) => {
    const target = connect(port, '127.0.0.1');
    let isTracking = false;
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk) => {
      if (note && chunk.includes(TRACKED) && !chunk.includes(PROBE)) isTracking = true;
      target.write(chunk);
    });
    target.on('data', (chunk) => {
      if (isTracking && chunk.includes(' 200 ')) note?.(performance.now());
      client.write(chunk);
    });
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    next: () =>
      new Promise((resolve) => {
        note = resolve;
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
