/** The page that a hit is of, read from the bytes that are sent. */

/**
 * @param hit parameters of a hit, or a request, of which the first hit counts
 * @returns its address without its query, which may hold what nobody should see; empty where there is none
 */
export function pageOf(hit: Buffer): string {
  const [, text = ''] = /[?&]url=([^&"\s]+)/.exec(hit.toString('latin1')) ?? [];
  const url = decodeURIComponent(text);
  if (!URL.canParse(url)) return '';
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
