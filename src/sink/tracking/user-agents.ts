/** What a user agent string stands for: a bot, or a browser as Matomo tells browsers apart. */

const BOT =
  /(?<!cu|power)bot(?![a-z])|crawl|spider|slurp|archiver|facebookexternalhit|mediapartners|bingpreview|lighthouse|pingdom|uptimerobot|statuscake|feedfetcher|google-read-aloud|chatgpt-user|perplexity-user/i;

const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ['iOS', /iPhone|iPad|iPod/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['Mac', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux|X11/],
];

/** Most telling name first: nearly every browser also calls itself Chrome or Safari. */
const BROWSERS: readonly RegExp[] = [
  /(SamsungBrowser|YaBrowser|Vivaldi|DuckDuckGo|UCBrowser)\/([\d.]+)/,
  /(Edg|EdgA|EdgiOS|OPR|OPT|OPX)\/([\d.]+)/,
  /(Firefox|FxiOS|CriOS|Chrome)\/([\d.]+)/,
  /(Version)\/([\d.]+).*Safari/,
];

export interface Browser {
  readonly isBot: boolean;
  /** Operating system, browser and version, which is all that Matomo's fingerprint keeps of a user agent. */
  readonly key: string;
}

function readUserAgent(userAgent: string): Browser {
  const isBot = BOT.test(userAgent);
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  for (const pattern of BROWSERS) {
    const match = pattern.exec(userAgent);
    if (system && match) return { isBot, key: `${system} ${match[1]} ${match[2]}` };
  }
  return { isBot, key: userAgent };
}

const REMEMBERED = 10_000;

/** Reads user agents and remembers the answers, as traffic has few of them. */
export function createUserAgentReader(): (userAgent: string) => Browser {
  const known = new Map<string, Browser>();
  return (userAgent) => {
    const found = known.get(userAgent);
    if (found) return found;
    if (known.size >= REMEMBERED) known.clear();
    const browser = readUserAgent(userAgent);
    known.set(userAgent, browser);
    return browser;
  };
}
