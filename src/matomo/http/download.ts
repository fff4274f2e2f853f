/** Fetches one document by GET: redirects are followed, and its size and the time it may take are bounded. */
import { EXIT, UserError } from '../../errors.ts';
import { openConnections } from './connect.ts';
import { networkCode } from './http-client.ts';
import { type ProxySettings, proxyFor } from './proxy.ts';
import { ProxyError } from './proxy-error.ts';

const MOST_REDIRECTS = 5;

export interface DownloadLimits {
  readonly bytes: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
}

function failed(address: string, what: string, cause?: unknown): UserError {
  return new UserError(`${address} cannot be fetched: ${what}.`, {
    code: 'download-failed',
    exitCode: EXIT.usage,
    hint: 'Open it in a browser, or download it and name the file.',
    cause,
  });
}

/** What went wrong, as the end of a sentence. */
function reasonOf(error: unknown): string {
  if (error instanceof ProxyError) return error.message.replace(/\.$/, '');
  return `no response (${networkCode(error)})`;
}

interface Answer {
  readonly bytes: Uint8Array;
  /** Where the document is instead. */
  readonly location: string | undefined;
}

async function fetchOnce(address: string, proxies: ProxySettings, limits: DownloadLimits): Promise<Answer> {
  const { open, path, headers } = openConnections({
    ...limits,
    url: address,
    proxy: proxyFor(address, proxies),
  });
  const client = open();
  try {
    const all = [...headers, { name: 'user-agent', value: 'trafficinator' }];
    const {
      statusCode,
      headers: answered,
      body,
    } = await client.request({
      method: 'GET',
      path,
      headers: all.flatMap(({ name, value }) => [name, value]),
    });
    const { location } = answered;
    if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
      return { bytes: Buffer.alloc(0), location: new URL(location, address).href };
    }
    if (statusCode !== 200) throw failed(address, `the server responds with HTTP ${statusCode}`);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limits.bytes) throw failed(address, `it is larger than ${limits.bytes / 1024 / 1024} MiB`);
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(chunks), location: undefined };
  } finally {
    await client.destroy();
  }
}

/** @throws UserError */
export async function download(
  address: string,
  proxies: ProxySettings,
  limits: DownloadLimits,
): Promise<Uint8Array> {
  let current = address;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    if (!/^https?:$/.test(new URL(current).protocol))
      throw failed(address, 'it redirects to another protocol');
    const { bytes, location } = await fetchOnce(current, proxies, limits).catch((error: unknown) => {
      throw error instanceof UserError ? error : failed(address, reasonOf(error), error);
    });
    if (location === undefined) return bytes;
    current = location;
  }
  throw failed(address, `it redirects more than ${MOST_REDIRECTS} times`);
}
