/** Referrers that Matomo takes for spam: a part of its referrer spam list. */
import spamHosts from '../../data/spam-hosts.json' with { type: 'json' };

/** True when the referrer's URL has a spammer's host anywhere in it, letter case ignored. */
export function isSpamReferrer(url: string): boolean {
  if (url === '') return false;
  const lower = url.toLowerCase();
  return spamHosts.some((host) => lower.includes(host));
}
