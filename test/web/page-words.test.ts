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
    [
      'Stop it with Ctrl-C, or set --for, --stop-after, --auto-stop-after-hours or --daily-cap.',
      'Stop it under Overview, or set “Stop after visits”, “Auto stop after hours” or “Max visits per day”.',
    ],
    ['Run it again with --resume: it sends what is left.', '“Resume where it stopped” sends what is left.'],
    [
      '240 of 242 visits (99 %). Continue: trafficinator backfill --config /data/jobs/2/settings.env --resume 2',
      '240 of 242 visits (99 %). “Resume where it stopped” continues it.',
    ],
    [
      'Check the server. Then continue with --resume. STALL_TIMEOUT sets how long to wait.',
      'Check the server. Then continue with “Resume where it stopped”. “Stall timeout” sets how long to wait.',
    ],
    [
      'To send them again, in addition, use --resume 3 --again. To send only the days that are missing, use --existing skip.',
      'To send them again, in addition, use “Send days again that were sent before”.',
    ],
    [
      '--resume 3 uses the days and settings of that run; --again sends these days again.',
      '“Resume where it stopped” uses the days and settings of that run; “Send days again that were sent before” sends these days again.',
    ],
    [
      'Stop it, and continue it with trafficinator backfill --resume.',
      'Stop it, and continue it with trafficinator backfill --resume.',
    ],
    ['Check the port. To try without a Matomo, use --sink.', 'Check the port.'],
    [
      'No setting is named NO_SUCH_NAME, nor --no-such-flag.',
      'No setting is named NO_SUCH_NAME, nor --no-such-flag.',
    ],
  ])('name fields as it does: %s', (text, words) => {
    expect(inPageWords(text)).toBe(words);
  });
});
