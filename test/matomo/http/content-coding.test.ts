import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodedBody } from '../../../src/matomo/http/content-coding.ts';

const REPLY = '{"status":"success","tracked":2,"invalid":0}';
const latin1 = (bytes: Buffer) => bytes.toString('latin1');

describe('a compressed answer', () => {
  it.each([
    ['gzip', gzipSync(REPLY)],
    ['X-GZIP', gzipSync(REPLY)],
    ['deflate', deflateSync(REPLY)],
    ['deflate', deflateRawSync(REPLY)],
    ['br', brotliCompressSync(REPLY)],
    ['deflate, gzip', gzipSync(deflateSync(REPLY))],
    ['identity', Buffer.from(REPLY)],
  ])('is read: %s', (coding, bytes) => {
    expect(decodedBody(latin1(bytes), coding)).toBe(REPLY);
  });

  it('stays as it came when it cannot be decoded', () => {
    expect(decodedBody('GIF89a', 'gzip')).toBe('GIF89a');
    expect(decodedBody(REPLY, 'zstd')).toBe(REPLY);
  });
});
