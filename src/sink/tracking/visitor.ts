/** Who a hit says that its visitor is: ids and language, cleaned as Matomo cleans them. */
import { createHash } from 'node:crypto';
import type { TrackedHit } from './hit.ts';
import { ownCopy, type Parameters, textOf } from './parameters.ts';

const ID_LENGTH = 16;

/** Too long an id is cut; one that is not hexadecimal becomes zeros. */
function cleanId(text: string): string {
  const id = Buffer.from(text.slice(0, ID_LENGTH), 'hex').toString('hex');
  return id.length === ID_LENGTH ? id : '0'.repeat(ID_LENGTH);
}

/** The visitor id that Matomo gives to a user: the first 16 hexadecimal digits of the SHA-1 of `uid`. */
export function visitorIdOfUser(userId: string): string {
  return createHash('sha1').update(userId).digest('hex').slice(0, ID_LENGTH);
}

/** `uid` beats `cid`, which beats `_id`; a `cid` that is not 16 long makes the hit invalid. */
export function visitorOf(
  parameters: Parameters,
): Pick<TrackedHit, 'match' | 'visitorId' | 'userId'> | 'invalid' {
  const userId = ownCopy(textOf(parameters, 'uid'));
  if (userId !== '') return { match: 'id-then-fingerprint', visitorId: visitorIdOfUser(userId), userId };
  const forced = textOf(parameters, 'cid');
  if (forced !== '') {
    return forced.length === ID_LENGTH ? { match: 'id', visitorId: cleanId(forced), userId } : 'invalid';
  }
  const id = textOf(parameters, '_id');
  return id.length >= ID_LENGTH
    ? { match: 'id-then-fingerprint', visitorId: cleanId(id), userId }
    : { match: 'fingerprint', visitorId: '', userId };
}

/** Only lower-case regions survive: `sv-se` stays, `sv-SE` becomes `sv`. Weights such as `;q=0.8` go. */
export function languageOf(text: string): string {
  return text
    .split(',')
    .map((part) => /^\s*([a-z]{2,3}(?:-[a-z]{2,4})*)/.exec(part)?.[1] ?? '')
    .filter((part) => part !== '')
    .join(',');
}
