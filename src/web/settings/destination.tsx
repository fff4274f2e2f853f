/** Where visits are sent: to the embedded endpoint, or to a Matomo with its address, site and token. */
import { ConnectionTest } from '../components/connection-test.tsx';
import type { DraftState } from './draft.ts';
import { table } from './schema.ts';
import { SettingField } from './setting-field.tsx';

/** The settings that this part of a form asks for. */
export const DESTINATION = ['MATOMO_URL', 'MATOMO_SITE_ID', 'MATOMO_TOKEN_AUTH'] as const;

export function Destination({ state }: { state: DraftState }) {
  const { isSink, values } = state.draft.value;
  const rows = DESTINATION.flatMap((env) => table.value?.settings.find((row) => row.env === env) ?? []);
  return (
    <section class="stack">
      <h2>Where to</h2>
      <label class="check">
        <input
          type="checkbox"
          checked={isSink}
          onChange={({ currentTarget }) => state.useSink(currentTarget.checked)}
        />
        Send to the embedded endpoint, to try it out
      </label>
      {isSink ? (
        <small>It is part of this program and responds as Matomo does. Nothing leaves this machine.</small>
      ) : (
        <>
          <div class="fields">
            {rows.map((info) => (
              <SettingField key={info.env} info={info} state={state} />
            ))}
          </div>
          <ConnectionTest
            url={state.valueOf('MATOMO_URL')}
            site={state.valueOf('MATOMO_SITE_ID')}
            token={values.MATOMO_TOKEN_AUTH ?? ''}
          />
        </>
      )}
    </section>
  );
}
