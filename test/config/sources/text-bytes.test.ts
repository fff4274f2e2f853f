import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/config/sources/text-bytes.ts';
import { SettingsError } from '../../../src/errors.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

function problemOf(bytes: Uint8Array) {
  try {
    decodeText(bytes, 'pages.txt');
  } catch (error) {
    if (error instanceof SettingsError) return error.problems[0];
    throw error;
  }
  return undefined;
}

describe('decodeText', () => {
  it('gives the text as it is, without byte order mark', () => {
    expect(decodeText(Buffer.from('\uFEFFå 日本 👋\r\n'), 'a')).toBe('å 日本 👋\r\n');
    expect(decodeText(Buffer.from('a \uFFFD b'), 'a')).toBe('a \uFFFD b');
  });

  it('unpacks gzip', () => {
    expect(decodeText(gzipSync('å'), 'a')).toBe('å');
  });

  it.each([
    ['SEED=caf\xe9', 1],
    ['A=1\nB=2\nSEED=caf\xe9', 3],
    ['A=\xff\n\xff', 1],
  ])('refuses Latin-1 and names its line', (text, line) => {
    expect(problemOf(latin1(text))).toEqual({
      code: 'not-utf8',
      subject: 'pages.txt',
      message: `pages.txt must be UTF-8 text, but line ${line} has bytes that are not.`,
      hint: 'Save it as UTF-8. If it is LATIN1: iconv -f LATIN1 -t UTF-8 OLD > NEW',
    });
  });

  it('knows UTF-16 by its mark', () => {
    expect(problemOf(Buffer.from('\uFEFFA=1', 'utf16le'))).toMatchObject({
      code: 'not-utf8',
      message: 'pages.txt must be UTF-8 text, but is UTF-16.',
    });
  });

  it('refuses what unpacks to more than it may, and what is cut off', () => {
    const bomb = gzipSync(Buffer.alloc(51 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    expect(problemOf(bomb)?.message).toContain('but is larger than 50 MiB when decompressed');
    expect(problemOf(gzipSync('abc').subarray(0, 12))?.message).toContain('is damaged or incomplete');
  });
});
