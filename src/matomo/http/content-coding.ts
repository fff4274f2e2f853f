/** Answers that come compressed although that was not asked for, as some proxies send them. */
import { brotliDecompressSync, inflateRawSync, inflateSync, unzipSync } from 'node:zlib';

/** No answer of Matomo is near it; a small one that unpacks to gigabytes is an attack. */
const LARGEST_BYTES = 256 * 1024 * 1024;
const OPTIONS = { maxOutputLength: LARGEST_BYTES };

/** Some servers send the bare data where the standard wants a wrapper around them. */
function inflate(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, OPTIONS);
  } catch {
    return inflateRawSync(bytes, OPTIONS);
  }
}

const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => unzipSync(bytes, OPTIONS),
  'x-gzip': (bytes) => unzipSync(bytes, OPTIONS),
  deflate: inflate,
  br: (bytes) => brotliDecompressSync(bytes, OPTIONS),
};

/**
 * The body as it was before the codings of the header, the last one of which was applied last; as it came where it
 * cannot be decoded.
 * @param body one character a byte, and so is the result
 */
export function decodedBody(body: string, contentEncoding: string): string {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  try {
    return codings
      .reduceRight<Buffer>((bytes, name) => DECODERS[name]?.(bytes) ?? bytes, Buffer.from(body, 'latin1'))
      .toString('latin1');
  } catch {
    return body;
  }
}
