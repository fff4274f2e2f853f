import { describe, expect, it } from 'vitest';
import { trackingEndpoint } from '../../../src/config/targets/tracking-url.ts';

describe('trackingEndpoint', () => {
  it.each([
    ['https://x.example', 'https://x.example/matomo.php'],
    ['https://x.example/analytics/', 'https://x.example/analytics/matomo.php'],
    ['https://x.example/analytics', 'https://x.example/analytics/matomo.php'],
    ['http://localhost:8080/matomo.php', 'http://localhost:8080/matomo.php'],
    ['http://localhost:8080/matomo.php/', 'http://localhost:8080/matomo.php'],
    ['https://x.example/piwik.php', 'https://x.example/piwik.php'],
    ['https://x.example/index.php', 'https://x.example/matomo.php'],
  ])('completes %s to %s', (given, completed) => {
    expect(trackingEndpoint(given)).toEqual({ url: completed });
  });

  it('leaves a completed address as it is', () => {
    const once = trackingEndpoint('https://x.example/a/');
    expect('url' in once && trackingEndpoint(once.url)).toEqual(once);
  });

  it.each([
    ['ftp://x.example/', 'http'],
    ['x.example', 'complete'],
    ['//x.example/', 'complete'],
    ['https://me:secret@x.example/', 'password'],
    ['https://x.example/matomo.php?token_auth=abc', 'MATOMO_TOKEN_AUTH'],
    ['https://x.example/matomo.php?idsite=1', 'query'],
    ['https://x.example/#top', 'fragment'],
  ])('refuses %s', (given, reason) => {
    expect(trackingEndpoint(given)).toEqual({ reason: expect.stringContaining(reason) });
  });
});
