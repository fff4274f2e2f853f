/** Turns a file's bytes into text: UTF-8 or an error that names the line, and unpacked where they are compressed. */
import { gunzipSync } from 'node:zlib';
import { SettingsError } from '../../errors.ts';

/** The largest sitemap that its protocol allows. Compressed text may unpack to as much. */
const MOST_BYTES = 50 * 1024 * 1024;
const NEWLINE = 0x0a;

function refusal(code: string, subject: string, message: string, hint: string): SettingsError {
  return new SettingsError([{ code, subject, message, hint }]);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpacked(bytes: Uint8Array, subject: string): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    const found = isTooLarge ? 'is larger than 50 MiB when decompressed' : 'is damaged or incomplete';
    const hint = isTooLarge
      ? 'Split it into several files.'
      : 'Compress it again, or use the uncompressed file.';
    throw refusal('unreadable-gzip', subject, `${subject} is compressed with gzip, but ${found}.`, hint);
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The first line that is no UTF-8, from 1. */
function faultyLine(bytes: Uint8Array): number {
  for (let line = 1, start = 0; ; line += 1) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

/**
 * The text without byte order mark.
 * @param subject names the file in problems
 * @throws SettingsError for bytes that are no UTF-8, which would be replaced without a word
 */
export function decodeText(packed: Uint8Array, subject: string): string {
  const bytes = unpacked(packed, subject);
  if (bytes.length > MOST_BYTES) {
    const hint = 'Split it into several files.';
    throw refusal(
      'file-too-large',
      subject,
      `${subject} must be text of at most 50 MiB, but is larger.`,
      hint,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const encoding = isUtf16 ? 'UTF-16' : 'LATIN1';
    const where = isUtf16 ? 'is UTF-16' : `line ${faultyLine(bytes)} has bytes that are not`;
    const hint = `Save it as UTF-8. If it is ${encoding}: iconv -f ${encoding} -t UTF-8 OLD > NEW`;
    throw refusal('not-utf8', subject, `${subject} must be UTF-8 text, but ${where}.`, hint);
  }
}
