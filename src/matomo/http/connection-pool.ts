/** Connections to one address, each with one request at a time: the one that has its answer takes the next request. */
import type { Connection } from './connect.ts';

export class ConnectionPool {
  private readonly connections: Connection[] = [];
  private readonly free: Connection[] = [];
  private readonly waiting: ((connection: Connection) => void)[] = [];
  private readonly open: () => Connection;
  private readonly most: number;

  /** @param most connections at a time */
  constructor(open: () => Connection, most: number) {
    this.open = open;
    this.most = most;
  }

  /**
   * Calls back with a connection that is free, at once or when there is one. It is to be released before anybody is told
   * of its answer: undici writes a request that it is given by then without asking the socket for its state first.
   */
  take(use: (connection: Connection) => void): void {
    const connection = this.free.pop() ?? this.another();
    if (connection) use(connection);
    else this.waiting.push(use);
  }

  /** It has its answer, or its request has failed: then it connects anew for the next one. */
  release(connection: Connection): void {
    const next = this.waiting.shift();
    if (next) next(connection);
    else this.free.push(connection);
  }

  async destroy(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.destroy()));
  }

  private another(): Connection | undefined {
    if (this.connections.length >= this.most) return undefined;
    const connection = this.open();
    this.connections.push(connection);
    return connection;
  }
}
