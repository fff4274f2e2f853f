/** Answers as they come from a proxy that compresses them. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Reply } from './replies.ts';

const COMPRESS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

export function compressed(reply: Reply, coding: keyof typeof COMPRESS): Reply {
  const body = COMPRESS[coding](reply.body);
  return { ...reply, body, headers: { ...reply.headers, 'content-encoding': coding } };
}
