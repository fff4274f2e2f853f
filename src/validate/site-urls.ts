/** Whether an address is one of the site's own, judged as Matomo does for sites that take only those. */

/** Host and path as they are written: Matomo decodes neither. */
const ADDRESS = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)([^?#]*)/i;

/** Scheme, user, port, letter case and `www.` make no difference; a path counts folder by folder. */
function partsOf(address: string) {
  const [, authority = '', path = ''] = ADDRESS.exec(address) ?? [];
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase()
    .replace(/^www\./, '');
  return { host, path: `${path.toLowerCase().replace(/\/$/, '')}/` };
}

/** Whether the host is the site's, or below it where the site's begins with a dot. */
function isHost(host: string, ofSite: string): boolean {
  return ofSite.startsWith('.') ? `.${host}`.endsWith(ofSite) : host === ofSite;
}

/** @param siteUrls main URL and aliases */
export function isUrlOfSite(url: string, siteUrls: readonly string[]): boolean {
  const page = partsOf(url);
  if (page.host === '') return false;
  return siteUrls
    .map(partsOf)
    .some(({ host, path }) => isHost(page.host, host) && page.path.startsWith(path));
}
