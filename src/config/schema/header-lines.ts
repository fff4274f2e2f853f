/** Reads HTTP headers that go with every request to a target: one `Name: value` a line. */
import type { HttpHeader } from '../../types/http-header.ts';

export type HeaderReading = { readonly header: HttpHeader } | { readonly reason: string };

const LINE = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*)$/;
const VALUE = /^[\t\x20-\x7e]*$/;
/** What the connection and the body decide. */
const OURS = [
  'connection',
  'content-length',
  'content-type',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Reasons never show the line: it may be a secret. */
export function parseHeaderLine(line: string): HeaderReading {
  const [, name, value = ''] = LINE.exec(line.trim()) ?? [];
  if (name === undefined) return { reason: 'does not have the form Name: value' };
  const lower = name.toLowerCase();
  if (OURS.includes(lower)) return { reason: `sets ${name}, which is set automatically` };
  if (lower === 'proxy-authorization') {
    return { reason: `sets ${name}; use HTTPS_PROXY instead: http://user:password@proxy:3128` };
  }
  if (value === '') return { reason: `has no value for ${name}` };
  if (!VALUE.test(value)) return { reason: `has a value for ${name} that is not ASCII` };
  return { header: { name, value } };
}

/** The headers of a text in which every line is right. */
export function headersOf(text: string | undefined): HttpHeader[] {
  return headerLines(text ?? '').flatMap((line) => {
    const reading = parseHeaderLine(line);
    return 'header' in reading ? [reading.header] : [];
  });
}

/** The lines of a text; those that are empty or begin with `#` are left out. */
export function headerLines(text: string): string[] {
  return text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
