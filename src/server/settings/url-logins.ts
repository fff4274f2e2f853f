/** A user name and a password in an address are a secret: they become a header, as in a settings file, before anything is kept. */
import { numberedField } from '../../config/targets/target-fields.ts';
import { splitLogin } from '../../config/targets/url-login.ts';
import { Refusal } from '../http/refusal.ts';
import { MASKED } from '../store/secrets.ts';
import { environmentName } from './names.ts';

/** Of the headers that go to the same target; undefined for what is no address of one. */
function headersOf(env: string): string | undefined {
  if (env === 'MATOMO_URL') return 'MATOMO_HEADERS';
  const field = numberedField(env);
  return field?.field.key === 'url' ? `MATOMO_HEADERS_${field.number}` : undefined;
}

function refuseBoth(address: string, headers: string): Refusal {
  const message = `${address} has a user name and a password, and ${headers} are kept elsewhere`;
  return new Refusal(422, message, {
    code: 'login-in-url',
    hint: `Leave the user name and the password out, and give all headers in ${headers}, "Authorization: Basic …" among them.`,
    fields: [{ loc: ['body', address], code: 'login-in-url', message }],
  });
}

/** @throws Refusal where other headers are meant to stay that nobody can see here */
export function withoutLogins(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values: Record<string, unknown> = { ...given };
  for (const [name, raw] of Object.entries(given)) {
    const headers = headersOf(environmentName(name));
    const login = headers === undefined ? undefined : splitLogin(raw);
    if (headers === undefined || login === undefined) continue;
    const known = Object.keys(given).find((other) => environmentName(other) === headers);
    const before = known === undefined ? undefined : given[known];
    const isElsewhere = (other: string) =>
      environmentName(other) === headers.replace('HEADERS', 'HEADERS_FILE');
    if (before === MASKED || Object.keys(given).some(isElsewhere)) throw refuseBoth(name, headers);
    values[name] = login.url;
    values[known ?? headers] = before ? `${before}\n${login.header}` : login.header;
  }
  return values;
}
