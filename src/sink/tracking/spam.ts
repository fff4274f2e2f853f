/** Referrers that Matomo takes for spam: a part of its referrer spam list. */

const SPAM_HOSTS = [
  '4webmasters.org',
  'best-seo-offer.com',
  'best-seo-solution.com',
  'blackhatworth.com',
  'buttons-for-website.com',
  'buttons-for-your-website.com',
  'buy-cheap-online.info',
  'cenoval.ru',
  'darodar.com',
  'econom.co',
  'event-tracking.com',
  'free-share-buttons.com',
  'free-social-buttons.com',
  'get-free-traffic-now.com',
  'googlsucks.com',
  'hulfingtonpost.com',
  'humanorightswatch.org',
  'ilovevitaly.com',
  'iskalko.ru',
  'kambasoft.com',
  'o-o-6-o-o.com',
  'pornhub-forum.ga',
  'priceg.com',
  'savetubevideo.com',
  'semalt.com',
  'simple-share-buttons.com',
  'success-seo.com',
  'trafficmonetize.org',
  'videos-for-your-business.com',
  'webmonetizer.net',
];

/** True when the referrer's URL has a spammer's host anywhere in it, letter case ignored. */
export function isSpamReferrer(url: string): boolean {
  if (url === '') return false;
  const lower = url.toLowerCase();
  return SPAM_HOSTS.some((host) => lower.includes(host));
}
