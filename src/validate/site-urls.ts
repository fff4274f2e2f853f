/** Whether an address is one of the site's own, judged as Matomo does for sites that take only those. */

/** Scheme, port, letter case and `www.` make no difference; a path counts folder by folder. */
function partsOf(address: string) {
  if (!URL.canParse(address)) return undefined;
  const { hostname, pathname } = new URL(address);
  const path = pathname.toLowerCase();
  return { host: hostname.replace(/^www\./, ''), path: path.endsWith('/') ? path : `${path}/` };
}

/** Whether the host is the site's, or below it where the site's begins with a dot. */
function isHost(host: string, ofSite: string): boolean {
  return ofSite.startsWith('.') ? `.${host}`.endsWith(ofSite) : host === ofSite;
}

/** @param siteUrls main URL and aliases */
export function isUrlOfSite(url: string, siteUrls: readonly string[]): boolean {
  const page = partsOf(url);
  if (page === undefined) return false;
  return siteUrls.some((siteUrl) => {
    const site = partsOf(siteUrl);
    return site !== undefined && isHost(page.host, site.host) && page.path.startsWith(site.path);
  });
}
