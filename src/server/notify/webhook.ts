/** Posts a notification to an address, with a few attempts; no redirect is followed. */
import { EXIT, UserError } from '../../errors.ts';
import type { Clock } from '../../types/clock.ts';
import { bodyOf, type RunNews, type Shape, shapeOf } from './messages.ts';

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 1000;

function failure(url: string, why: string): UserError {
  // The path of such an address is a secret.
  return new UserError(`The notification could not be delivered to ${new URL(url).origin} (${why}).`, {
    code: 'notification-failed',
    exitCode: EXIT.target,
    hint: 'Check the address, and that it is reached from this machine.',
  });
}

async function post(
  url: string,
  body: string,
): Promise<{ readonly why: string; readonly isFinal: boolean } | undefined> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (answer.ok) return undefined;
    return { why: `HTTP ${answer.status}`, isFinal: answer.status < 500 && answer.status !== 429 };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    return { why: code ?? (cause instanceof Error ? cause.name : 'failed'), isFinal: false };
  }
}

/** @throws UserError when it was refused, or no attempt has got through */
export async function postNotification(
  url: string,
  news: RunNews,
  clock: Clock,
  shape: Shape = shapeOf(url),
): Promise<void> {
  const body = JSON.stringify(bodyOf(news, shape));
  const never = new AbortController();
  let why = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const failed = await post(url, body);
    if (!failed) return;
    why = failed.why;
    if (failed.isFinal) break;
    if (attempt < ATTEMPTS)
      await clock.sleepUntil(clock.now() + FIRST_PAUSE_MS * 4 ** (attempt - 1), never.signal);
  }
  throw failure(url, why);
}
