/** YAML that comes with the package, parsed by the build: most of a start's reading, where nobody has changed it. */
import { createHash } from 'node:crypto';

/**
 * A JSON object: the JSON of each document by the digest of its YAML's text. `scripts/bundle.mjs` puts it in; what runs from
 * its sources parses instead.
 */
declare const PARSED_DOCUMENTS: string | undefined;

interface Documents {
  readonly text: string;
  readonly byDigest: Readonly<Record<string, string>>;
}

let documents: Documents = { text: '{}', byDigest: {} };

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** The JSON of such a document; undefined for any other. */
export function parsedDocument(text: string): string | undefined {
  if (typeof PARSED_DOCUMENTS === 'undefined') return undefined;
  if (documents.text !== PARSED_DOCUMENTS)
    documents = { text: PARSED_DOCUMENTS, byDigest: JSON.parse(PARSED_DOCUMENTS) };
  return documents.byDigest[digestOf(text)];
}
