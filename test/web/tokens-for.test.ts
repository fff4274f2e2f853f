import { describe, expect, it } from 'vitest';
import { isOtherServer, tokensFor } from '../../src/web/settings/tokens-for.ts';

const RUN = [{ url: 'https://old.example/matomo.php' }, { url: 'https://new.example/matomo.php' }];

describe('tokens that were typed on the page', () => {
  it('are offered for the targets at the same addresses, each its own', () => {
    const values = {
      MATOMO_URL: 'https://old.example/',
      MATOMO_TOKEN_AUTH: 'a',
      MATOMO_URL_2: 'https://new.example/matomo.php',
      MATOMO_TOKEN_AUTH_2: 'b',
    };
    expect(tokensFor(RUN, values)).toEqual({ MATOMO_TOKEN_AUTH: 'a', MATOMO_TOKEN_AUTH_2: 'b' });
  });

  it('belong to another server only where both addresses are some', () => {
    expect(isOtherServer('https://old.example/', 'https://new.example/')).toBe(true);
    expect(isOtherServer('https://old.example/', 'https://old.example/matomo.php')).toBe(false);
    expect(isOtherServer('https://old.ex', 'https')).toBe(false);
    expect(isOtherServer('', 'https://new.example/')).toBe(false);
  });

  it('go to no other address', () => {
    const values = {
      MATOMO_URL: 'https://old.example.evil',
      MATOMO_TOKEN_AUTH: 'a',
      MATOMO_TOKEN_AUTH_2: 'b',
    };
    expect(tokensFor(RUN, values)).toEqual({});
    expect(tokensFor(RUN, { ...values, MATOMO_URL: 'https://old' })).toEqual({});
  });
});
