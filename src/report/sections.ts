/** Where the documents explain more about reasons. */

/** Headings of docs/troubleshooting.md. */
export const SECTIONS = {
  slow: 'The server is too slow',
  broken: 'The server fails or cannot be reached',
  firewall: 'A firewall refuses hits',
  size: 'Requests are too large',
  foreign: 'Something other than Matomo answers',
  matomo: 'Matomo refuses hits',
  unsure: 'Nobody knows whether hits were recorded',
  local: 'This machine is the limit',
  intended: 'Hits that are left out on purpose',
} as const;
export type Section = keyof typeof SECTIONS;
