/** Where visits are sent: to the embedded endpoint, or to a Matomo with its address, site and token. */
import { ConnectionTest } from '../components/checks/connection-test.tsx';
import { pathTo } from '../router.ts';
import { questionOf } from './checks.ts';
import type { DraftState } from './draft.ts';
import { table } from './schema.ts';
import { SettingField } from './setting-field.tsx';

/** The settings that this part of a form asks for. */
export const DESTINATION = ['MATOMO_URL', 'MATOMO_SITE_ID', 'MATOMO_TOKEN_AUTH'] as const;

/** Where several targets are set up, this place asks about the first one only, and says so. */
function OtherTargets({ state }: { state: DraftState }) {
  const [, ...others] = state.resolved.value?.targets ?? [];
  if (others.length === 0) return null;
  const isForEach = ['mirror', 'independent'].includes(state.valueOf('TARGET_STRATEGY'));
  return (
    <p class="banner" style={{ margin: 0 }}>
      {others.length + 1} targets.{' '}
      {isForEach ? 'Each gets as many visits as are set here' : 'They share the visits'}; besides the one
      above: {others.map(({ name, url, site }) => `${name}, site ${site} at ${url}`).join('; ')}.{' '}
      <a href={pathTo('targets')}>Change the targets</a>
    </p>
  );
}

export function Destination({ state }: { state: DraftState }) {
  const { isSink } = state.draft.value;
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
          <OtherTargets state={state} />
          <ConnectionTest question={questionOf(state, 1)} state={state} />
        </>
      )}
    </section>
  );
}
