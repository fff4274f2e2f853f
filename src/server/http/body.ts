/** Reads the body of a request, which is bounded however it is sent. */
import { Refusal } from './refusal.ts';

export const BODY_BYTES = 1_000_000;

function tooLarge(limit: number): Refusal {
  return new Refusal(413, `The body may have at most ${limit} bytes`, { code: 'body-too-large' });
}

/** @returns the text, empty where there is no body. @throws Refusal for one that is too large or no UTF-8 */
export async function readBody(request: Request, limit: number): Promise<string> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > limit) throw tooLarge(limit);
  if (request.body === null) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > limit) throw tooLarge(limit);
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) {
      throw new Refusal(400, 'The body must be text in UTF-8', { code: 'body-not-text' });
    }
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, 'The request ended before its body', { code: 'body-cut-off' });
  }
}
