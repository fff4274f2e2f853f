/** Which of the tokens that were typed on the page belong to the targets of a run. */
import { targetEnv } from './target-env.ts';

const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).host : undefined);

/** True: both are addresses, of different servers. */
export function isOtherServer(before: string, now: string): boolean {
  const [one, other] = [hostOf(before), hostOf(now)];
  return one !== undefined && other !== undefined && one !== other;
}

/** Those of the same addresses: to another one, none of them goes. @param values texts of a form by environment name */
export function tokensFor(
  targets: readonly { readonly url: string }[],
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    targets.flatMap(({ url }, i) => {
      const address = values[targetEnv('MATOMO_URL', i + 1)]?.replace(/\/+$/, '');
      const env = targetEnv('MATOMO_TOKEN_AUTH', i + 1);
      const token = values[env];
      const isSame = address === url || (address && url.startsWith(`${address}/`));
      return isSame && token ? [[env, token]] : [];
    }),
  );
}
