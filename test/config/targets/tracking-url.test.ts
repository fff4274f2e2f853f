import { describe, expect, it } from 'vitest';
import { reportingEndpoint, trackingEndpoint } from '../../../src/config/targets/tracking-url.ts';

describe('trackingEndpoint', () => {
  it.each([
    ['https://x.example', 'https://x.example/matomo.php'],
    ['https://x.example/analytics/', 'https://x.example/analytics/matomo.php'],
    ['https://x.example/analytics', 'https://x.example/analytics/matomo.php'],
    ['http://localhost:8080/matomo.php', 'http://localhost:8080/matomo.php'],
    ['http://localhost:8080/matomo.php/', 'http://localhost:8080/matomo.php'],
    ['https://x.example/piwik.php', 'https://x.example/piwik.php'],
    ['https://x.example/index.php', 'https://x.example/matomo.php'],
    ['https://x.example/a/index.php/', 'https://x.example/a/matomo.php'],
    ['https://x.example/tracker.php', 'https://x.example/tracker.php'],
    [
      'https://x.example/wp-content/plugins/matomo/app/matomo.php',
      'https://x.example/wp-content/plugins/matomo/app/matomo.php',
    ],
    ['https://x.example/matomo/js/', 'https://x.example/matomo/js/'],
    ['https://x.example/matomo/js', 'https://x.example/matomo/js/matomo.php'],
    ['https://x.example/collect#exact', 'https://x.example/collect#exact'],
    ['https://x.example/#exact', 'https://x.example/#exact'],
    ['https://x.example/collect?key=1#exact', 'https://x.example/collect?key=1#exact'],
  ])('completes %s to %s', (given, completed) => {
    expect(trackingEndpoint(given)).toEqual({ url: completed });
  });

  it.each(['https://x.example/a/', 'https://x.example/js/', 'https://x.example/a?b=1#exact'])(
    'leaves the completed address of %s as it is',
    (given) => {
      const once = trackingEndpoint(given);
      expect('url' in once && trackingEndpoint(once.url)).toEqual(once);
    },
  );

  it.each([
    ['ftp://x.example/', 'http'],
    ['x.example', 'complete'],
    ['//x.example/', 'complete'],
    ['https://me:secret@x.example/', 'password'],
    ['https://x.example/matomo.php?token_auth=abc', 'MATOMO_TOKEN_AUTH'],
    ['https://x.example/matomo.php?idsite=1', 'query'],
    ['https://x.example/#top', 'fragment'],
    ['https://x.example/a?token_auth=abc#exact', 'MATOMO_TOKEN_AUTH'],
  ])('refuses %s', (given, reason) => {
    expect(trackingEndpoint(given)).toEqual({ reason: expect.stringContaining(reason) });
  });
});

describe('reportingEndpoint', () => {
  it.each([
    ['https://x.example', 'https://x.example/index.php'],
    ['https://x.example/a/', 'https://x.example/a/index.php'],
    ['https://x.example/a/index.php', 'https://x.example/a/index.php'],
    ['https://x.example/a/matomo.php', 'https://x.example/a/index.php'],
    ['https://x.example/api#exact', 'https://x.example/api#exact'],
  ])('completes %s to %s', (given, completed) => {
    expect(reportingEndpoint(given)).toEqual({ url: completed });
  });
});
