/** What a visit's requests are known by. */
import { hash } from 'node:crypto';

const LINE_FEED = 10;

/** SHA-256 of the hits' parameters, each followed by a line feed: 64 hexadecimal digits. */
export function createVisitDigest(): (common: string, own: readonly string[]) => string {
  let bytes = Buffer.allocUnsafeSlow(65_536);
  return (common, own) => {
    let count = 0;
    for (const text of own) count += common.length + text.length + 1;
    if (count > bytes.length) bytes = Buffer.allocUnsafeSlow(2 * count);
    let at = 0;
    for (const text of own) {
      at += bytes.write(common, at, 'latin1');
      at += bytes.write(text, at, 'latin1');
      bytes[at++] = LINE_FEED;
    }
    return hash('sha256', bytes.subarray(0, count));
  };
}
