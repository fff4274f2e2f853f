/** Takes funnels from a running control server: `GET /api/funnels` and `/api/funnels/{id}`. */
import { EXIT, UserError } from '../errors.ts';

export interface ControlServer {
  /** Where the server is; `api/funnels` is below it. */
  readonly url: string;
  /** Sent as `X-API-Key`; printable ASCII. */
  readonly apiKey: string | undefined;
  /** For each request. */
  readonly timeoutMs: number;
}

/** Keys of the funnels' file format; the rest of an answer is the server's own bookkeeping. */
const FUNNEL_KEYS = [
  'name',
  'description',
  'probability',
  'priority',
  'enabled',
  'exit_after_completion',
  'steps',
];

type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failure(code: string, message: string, hint: string, cause?: unknown): UserError {
  return new UserError(message, { code, exitCode: EXIT.target, hint, cause });
}

/** Network errors have the reason in their cause: `ECONNREFUSED`, `ENOTFOUND`. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause ? String(cause.code) : cause.message;
}

async function ask(url: string, { apiKey, timeoutMs }: ControlServer): Promise<Response> {
  const headers = { accept: 'application/json', ...(apiKey === undefined ? {} : { 'X-API-Key': apiKey }) };
  try {
    // A redirect is not followed: the key must not go to another server.
    return await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      const message = `The control server did not respond to GET ${url} within ${timeoutMs / 1000} seconds.`;
      throw failure(
        'control-timeout',
        message,
        'Check whether the server is busy, or whether a firewall blocks the connection.',
        error,
      );
    }
    const message = `The control server could not be reached at ${url} (${reasonOf(error)}).`;
    throw failure(
      'control-unreachable',
      message,
      'Check that it is running and that the address of --from is right.',
      error,
    );
  }
}

function checkStatus(url: string, { status, headers }: Response, hasKey: boolean): void {
  if (status === 200) return;
  if (status === 401 || status === 403) {
    const found = hasKey ? 'refuses the API key' : 'needs an API key';
    throw new UserError(`The control server at ${url} ${found} (${status}).`, {
      code: 'control-refused',
      exitCode: EXIT.authentication,
      hint: 'Set TRAFFICINATOR_API_KEY, or use --api-key-file with the file that contains the key.',
    });
  }
  const isElsewhere = status >= 300 && status < 400;
  const to = isElsewhere ? `, a redirect to ${headers.get('location') ?? 'nowhere'}` : '';
  const hint = isElsewhere
    ? 'Redirects are not followed. Use the address that it redirects to.'
    : 'Check that the address of --from is that of a control server.';
  throw failure('control-status', `The control server responded to GET ${url} with ${status}${to}.`, hint);
}

async function getJson(path: string, server: ControlServer): Promise<unknown> {
  const url = `${server.url.replace(/\/+$/, '')}${path}`;
  const response = await ask(url, server);
  checkStatus(url, response, server.apiKey !== undefined);
  try {
    return JSON.parse(await response.text());
  } catch (error) {
    const message = `The control server responded to GET ${url} with something other than JSON.`;
    throw failure(
      'control-answer',
      message,
      'Check that the address of --from is that of a control server.',
      error,
    );
  }
}

/** A funnel of an answer in the file format: what it is configured to do may stand one level below. */
function recordOf(answer: Json): Json {
  const whole: Json = isRecord(answer.config) ? { ...answer, ...answer.config } : answer;
  return Object.fromEntries(FUNNEL_KEYS.flatMap((key) => (key in whole ? [[key, whole[key]]] : [])));
}

function listOf(answer: unknown): unknown[] {
  const list = isRecord(answer) ? answer.funnels : answer;
  if (Array.isArray(list)) return list;
  const message =
    'The control server responded to GET /api/funnels with something other than a list of funnels.';
  throw failure('control-answer', message, 'Check that the address of --from is that of a control server.');
}

/** Funnels in the file format, as the server has them: whoever takes them must check them. */
export async function fetchFunnels(server: ControlServer): Promise<unknown[]> {
  const records: unknown[] = [];
  for (const entry of listOf(await getJson('/api/funnels', server))) {
    let funnel = entry;
    // A list may hold outlines only, with the steps to be asked for.
    if (isRecord(entry) && !('steps' in recordOf(entry)) && entry.id !== undefined) {
      funnel = await getJson(`/api/funnels/${encodeURIComponent(String(entry.id))}`, server);
    }
    records.push(isRecord(funnel) ? recordOf(funnel) : funnel);
  }
  return records;
}
