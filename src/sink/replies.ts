/** The answers that the endpoint gives, byte for byte where Matomo's matter. */

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

const HTML = 'text/html; charset=utf-8';

const GIF: Uint8Array = Buffer.from('R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

const SENTENCE =
  "<a href='/'>Matomo</a> is a free/libre web <a href='https://matomo.org'>analytics</a> that lets you keep " +
  'control of your data.';

const NOTHING: Reply = { status: 204, type: '', body: '' };

export function pixelReply(wantsImage: boolean): Reply {
  return wantsImage ? { status: 200, type: 'image/gif', body: GIF } : NOTHING;
}

/** Matomo never says why it refused a hit. */
export function refusalReply(wantsImage: boolean): Reply {
  if (!wantsImage) return { status: 400, type: HTML, body: SENTENCE };
  return { status: 400, type: 'image/gif', body: Buffer.concat([GIF, Buffer.from(SENTENCE)]) };
}

/** To a request without parameters: fine for a GET, refused for a POST. */
export function emptyRequestReply(method: string): Reply {
  return { status: method === 'POST' ? 400 : 200, type: HTML, body: SENTENCE };
}

/** Recording switched off: without an image even that cannot be told from success. */
export function recordingOffReply(wantsImage: boolean): Reply {
  return wantsImage ? { status: 503, type: 'image/gif', body: GIF } : NOTHING;
}

interface BulkResult {
  readonly tracked: number;
  readonly invalid: readonly number[];
  /** The indices of invalid hits are for a super user's eyes only. */
  readonly showsIndices: boolean;
}

export function bulkReply(result: BulkResult, wantsReply: boolean): Reply {
  if (!wantsReply) return NOTHING;
  const { tracked, invalid, showsIndices } = result;
  const counts = { status: 'success', tracked, invalid: invalid.length };
  return jsonReply(showsIndices ? { ...counts, invalid_indices: invalid } : counts);
}

/** The whole batch is rolled back, whatever `tracked` says. */
export function bulkErrorReply(tracked: number): Reply {
  return jsonReply({ status: 'error', tracked, invalid: 0 }, 500);
}

export function jsonReply(value: unknown, status = 200): Reply {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

/** A page as servers and proxies send it, with its title as the only text. */
export function htmlReply(status: number, title: string, headers: Record<string, string> = {}): Reply {
  const body = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  return { status, type: HTML, body, headers };
}
