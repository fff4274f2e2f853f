/** A certificate that is renewed in its files is used without a restart. */
import type { ServiceLog } from '../stream/service-log.ts';
import type { Listening, Tls } from './listen.ts';

const textOf = ({ cert, key }: Tls) => JSON.stringify([cert, key]);

/**
 * @param first in use now. @param read the files as they are
 * @returns looks at the files once. What cannot be used is told once, and the certificate before stays.
 */
export function createRenewal(
  first: Tls,
  read: () => Tls,
  { renew }: Pick<Listening, 'renew'>,
  log: Pick<ServiceLog, 'info' | 'warning'>,
): () => void {
  let used = textOf(first);
  let told = '';
  return () => {
    try {
      const now = read();
      if (textOf(now) === used) return;
      renew(now);
      used = textOf(now);
      told = '';
      log.info('The renewed TLS certificate is used');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== told) log.warning(`The TLS certificate was changed and cannot be used: ${why}`);
      told = why;
    }
  };
}
