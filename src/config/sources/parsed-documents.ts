/** YAML that comes with the package, parsed by the build: most of a start's reading, where nobody has changed it. */
import { createHash } from 'node:crypto';

/**
 * A line for each document: the digest of its YAML's text, `=` and its JSON. `scripts/bundle.mjs` puts it in; what runs from
 * its sources parses instead.
 */
declare const PARSED_DOCUMENTS: string | undefined;

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** The JSON of such a document; undefined for any other. */
export function parsedDocument(text: string): string | undefined {
  if (typeof PARSED_DOCUMENTS === 'undefined') return undefined;
  // Named once: the build puts the whole text where the name stands.
  const lines: string = PARSED_DOCUMENTS;
  const name = `${digestOf(text)}=`;
  const at = lines.indexOf(name);
  return at < 0 ? undefined : lines.slice(at + name.length, lines.indexOf('\n', at));
}
