/** YAML that comes with the package, parsed by the build: most of a start's reading, where nobody has changed it. */
import { createHash } from 'node:crypto';

/** JSON by the digest of the YAML's text. `scripts/bundle.mjs` puts it in; what runs from its sources parses instead. */
declare const PARSED_DOCUMENTS: Readonly<Record<string, string>> | undefined;

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** The JSON of such a document; undefined for any other. */
export function parsedDocument(text: string): string | undefined {
  if (typeof PARSED_DOCUMENTS === 'undefined') return undefined;
  return PARSED_DOCUMENTS[digestOf(text)];
}
