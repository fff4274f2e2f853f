/** Reads standard input to its end, once, for one reader. */
import { readSync } from 'node:fs';
import { EXIT, UserError } from './errors.ts';

const CHUNK_BYTES = 65_536;
const PAUSE_MS = 10;

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function readAll(): Uint8Array {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    try {
      const count = readSync(0, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EOF') return Buffer.concat(chunks);
      if (code !== 'EAGAIN') throw error;
      // The writer is slower, and the pipe does not wait by itself.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

/** @returns a function that gives each call of one reader the same bytes, and throws for a second reader */
export function createInputReader(): (reader: string) => Uint8Array {
  let read: { readonly reader: string; readonly bytes: Uint8Array } | undefined;
  return (reader) => {
    read ??= { reader, bytes: readAll() };
    if (read.reader === reader) return read.bytes;
    const message = `Only one file can be standard input (-), but ${read.reader} and ${reader} both are.`;
    const hint = 'Write one of them to a file and name that.';
    throw new UserError(message, { code: 'input-twice', exitCode: EXIT.usage, hint });
  };
}
