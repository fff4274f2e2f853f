/** A TCP link that a test can cut, or freeze without either end being told. */
import { connect, createServer, type Socket } from 'node:net';

export interface TcpLink {
  readonly port: number;
  /** Ends all connections, and refuses others until it is mended. */
  cut(): void;
  /** Nothing gets through either way, and nobody is told. */
  freeze(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openTcpLink(toPort: number): Promise<TcpLink> {
  let state: 'whole' | 'cut' | 'frozen' = 'whole';
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy();
    const far = connect(toPort, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => {
        to.write(chunk);
      });
      from.on('error', end);
      from.on('close', end);
    }
    if (state === 'frozen') for (const socket of pair) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut() {
      state = 'cut';
      for (const pair of [...pairs]) for (const socket of pair) socket.destroy();
    },
    freeze() {
      state = 'frozen';
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    mend() {
      state = 'whole';
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    close() {
      for (const pair of [...pairs]) for (const socket of pair) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
