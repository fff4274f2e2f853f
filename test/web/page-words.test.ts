import { beforeAll, describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/schema/settings.ts';
import { inPageWords } from '../../src/web/settings/page-words.ts';
import { table } from '../../src/web/settings/schema.ts';

beforeAll(() => {
  const settings = SETTINGS.map(({ env, key, group, flag }) => {
    const rest = { allowed: '', default: null, description: '', commands: [], unit: null, schema: {} };
    return {
      ...rest,
      env,
      key,
      group,
      flag: flag ?? null,
      isSecret: false,
      isRequired: false,
      predecessor: null,
    };
  });
  table.value = { groups: [], settings } as unknown as typeof table.value;
});

describe('sentences of the service on the page', () => {
  it.each([
    ['Set MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE (--token-file).', 'Set “Token”.'],
    ['Check MATOMO_URL (--url).', 'Check “URL”.'],
    [
      "Set TIMEZONE=UTC (--timezone UTC), or remove it: the site's own timezone is then used.",
      "Set “Timezone” to UTC, or remove it: the site's own timezone is then used.",
    ],
    [
      'To send more, raise --max-visits-per-day, or set it to 0 for no limit.',
      'To send more, raise “Max visits per day”, or set it to 0 for no limit.',
    ],
    [
      'stopping after the requests in flight; press Ctrl-C again to quit immediately',
      'stopping after the requests in flight',
    ],
    ['Stop it with Ctrl-C, or set --daily-cap.', 'Stop it under Overview, or set “Max visits per day”.'],
    ['Check the port. To try without a Matomo, use --sink.', 'Check the port.'],
    [
      'No setting is named NO_SUCH_NAME, nor --no-such-flag.',
      'No setting is named NO_SUCH_NAME, nor --no-such-flag.',
    ],
  ])('name fields as it does: %s', (text, words) => {
    expect(inPageWords(text)).toBe(words);
  });
});
