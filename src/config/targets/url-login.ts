/** Takes a user name and a password out of an address. */

export interface UrlLogin {
  /** The address without them. */
  readonly url: string;
  /** The header line that says the same. */
  readonly header: string;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Undefined for what has neither, and for what is no address at all. */
export function splitLogin(raw: unknown): UrlLogin | undefined {
  if (typeof raw !== 'string' || !URL.canParse(raw.trim())) return undefined;
  const url = new URL(raw.trim());
  if (url.username === '' && url.password === '') return undefined;
  const login = Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString('base64');
  url.username = '';
  url.password = '';
  return { url: url.href, header: `Authorization: Basic ${login}` };
}
