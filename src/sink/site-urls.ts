/** Which pages belong to a site, as Matomo decides where a site takes only URLs of its own. */

interface Address {
  /** Lower case, without `www.` and port. */
  readonly host: string;
  /** Lower case, with a slash at its end. */
  readonly path: string;
}

const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)(?::\d*)?([^?#]*)/i;

function addressOf(url: string): Address | undefined {
  const [, host, path = ''] = ADDRESS.exec(url) ?? [];
  if (host === undefined) return undefined;
  const lower = path.toLowerCase();
  return { host: host.toLowerCase().replace(/^www\./, ''), path: lower.endsWith('/') ? lower : `${lower}/` };
}

/** The host, and what an address of the site may say that stands for all hosts below a name: `.shop.example`. */
function namesOf(host: string): string[] {
  const names = [host, `.${host}`];
  for (let rest = host; rest.split('.').length > 2; ) {
    rest = rest.slice(rest.indexOf('.') + 1);
    names.push(`.${rest}`);
  }
  return names;
}

/** @param siteUrls the main URL and its aliases; scheme, port, letter case and `www.` make no difference */
export function createSiteUrlTest(siteUrls: readonly string[]): (url: string) => boolean {
  const pathsOf = new Map<string, string[]>();
  for (const { host, path } of siteUrls.flatMap((url) => addressOf(url) ?? [])) {
    pathsOf.set(host, [...(pathsOf.get(host) ?? []), path]);
  }
  return (url) => {
    const address = addressOf(url);
    if (address === undefined) return false;
    return namesOf(address.host).some((name) =>
      pathsOf.get(name)?.some((path) => address.path.startsWith(path)),
    );
  };
}
