/** Settings that a client of version 2 gives: every name must be one. */
import * as z from 'zod';
import { Refusal } from '../../http/refusal.ts';
import type { GivenTokens } from '../../jobs/jobs.ts';
import { filtered, isBackfillName, isSettingName, valuesOf } from '../../settings/names.ts';
import { withoutLogins } from '../../settings/url-logins.ts';

/** @throws Refusal that names what is no setting */
export function givenValues(
  settings: Readonly<Record<string, unknown>>,
  isBackfill: boolean,
): Map<string, string> {
  const wrong = Object.keys(settings).filter((name) => !isSettingName(name));
  if (wrong.length > 0) {
    throw new Refusal(422, `Unknown settings: ${wrong.join(', ')}`, {
      code: 'unknown-setting',
      hint: 'GET /api/v2/settings lists them.',
      fields: wrong.map((name) => {
        return {
          loc: ['body', 'settings', name],
          code: 'unknown-setting',
          message: 'There is no such setting',
        };
      }),
    });
  }
  const values = valuesOf(withoutLogins(settings));
  return isBackfill ? values : filtered(values, (name) => !isBackfillName(name));
}

/** Body of calls that go on with an earlier run. */
export const givenTokens = z
  .strictObject({
    /** By environment name. */
    tokens: z.record(z.string().max(100), z.string().max(500)).default({}),
    rememberTokens: z.boolean().default(false),
  })
  .default({ tokens: {}, rememberTokens: false });

/** @throws Refusal that names what is no setting */
export function tokensOf({ tokens, rememberTokens }: z.output<typeof givenTokens>): GivenTokens {
  return { tokens: givenValues(tokens, true), areRemembered: rememberTokens };
}
