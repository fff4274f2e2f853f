/** The beginning of a wrong answer, for somebody who asks who has answered in the place of Matomo. */
import type { TargetAccess } from '../http/access.ts';
import { isGif } from './reply.ts';

const MOST_CHARACTERS = 80;
/** Of an answer, no more is looked at. */
const MOST_LOOKED_AT = 2_000;
const MASK = '***';
/** Letters and digits in a row that are no words: a token, a session, a signature. */
const SECRET = /(?=[A-Za-z+/_-]*\d)[\w+/-]{16,}=*|[A-Za-z]{24,}/g;
/** They may move the cursor of a terminal, or turn the text around. */
const NOT_SHOWN = /[\s\p{Cc}\p{Cf}\p{Cs}\ufffd]+/gu;

type Secrets = Pick<TargetAccess, 'token' | 'headers'>;

/** What our own requests carry: a server that is set up to debug may answer with it. */
function secretsOf({ token, headers = [] }: Secrets): string[] {
  const values = headers.flatMap(({ value }) => [value, ...value.split(/[\s;,]+/)]);
  return [token ?? '', ...values].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
}

/** One short line of text; undefined where there is none. */
export function answerExcerpt(body: string, access: Secrets): string | undefined {
  if (isGif(body) || body.includes('"tracked"')) return undefined;
  // A word that is cut in two is not known for what it is.
  const start = body.length > MOST_LOOKED_AT ? body.slice(0, MOST_LOOKED_AT).replace(/\S+$/, '') : body;
  const bare = secretsOf(access).reduce((text, secret) => text.replaceAll(secret, MASK), start);
  const line = bare.replace(SECRET, MASK).replace(NOT_SHOWN, ' ').trim();
  if (line === '') return undefined;
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}
