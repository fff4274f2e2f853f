/** Several Matomos: where each is, how the visits are divided, and whether each would take hits. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ConnectionTest } from '../../components/checks/connection-test.tsx';
import { Head } from '../../components/head.tsx';
import { attempt } from '../../components/notices.tsx';
import { pathTo } from '../../router.ts';
import { questionOf } from '../../settings/checks.ts';
import { trafficDraft } from '../../settings/draft.ts';
import { loadTable, table, valueText } from '../../settings/schema.ts';
import { SettingField } from '../../settings/setting-field.tsx';
import { targetEnv } from '../../settings/target-env.ts';
import { tokenOfAddress } from '../../settings/token-of-address.ts';
import { ActiveTargets, TargetCheck } from './health.tsx';
import { OwnTargets } from './own-targets.tsx';

const state = trafficDraft;
const MOST = 10;

interface Field {
  readonly env: string;
  readonly label: string;
  readonly isSecret?: boolean;
  readonly isLong?: boolean;
  readonly placeholder?: string;
  /** Says nothing of a target that is alone. */
  readonly isForSeveral?: boolean;
  /** Says nothing where each gets all visits, or as many. */
  readonly isOfShare?: boolean;
}

const STRATEGIES = {
  weighted: 'share them by weight',
  'round-robin': 'share them equally, in turn',
  random: 'share them at random',
  mirror: 'send the same visits to all, side by side',
  independent: 'plan separate visits for each',
};

const FIELDS: readonly Field[] = [
  { env: 'MATOMO_NAME', label: 'Name', placeholder: 'such as: old', isForSeveral: true },
  { env: 'MATOMO_URL', label: 'Address', isLong: true },
  { env: 'MATOMO_SITE_ID', label: 'Site', placeholder: '1' },
  { env: 'MATOMO_TOKEN_AUTH', label: 'Token', isSecret: true, isLong: true },
  { env: 'MATOMO_WEIGHT', label: 'Weight', placeholder: '1', isForSeveral: true, isOfShare: true },
];

const SHARING = ['weighted', 'random'];

function TargetCard({
  number,
  isAlone,
  onRemove,
}: {
  number: number;
  isAlone: boolean;
  onRemove: (() => void) | undefined;
}) {
  const value = (env: string) => state.draft.value.values[targetEnv(env, number)] ?? '';
  const isShared = SHARING.includes(state.valueOf('TARGET_STRATEGY') || 'weighted');
  const current = (env: string) => (number === 1 ? valueText(state.inForce.value.get(env)?.value) : '');
  const ownToken = tokenOfAddress(state, number);
  return (
    <fieldset class="card stack target" aria-label={`Target ${number}`}>
      <div class="row spread">
        <h2>Target {number}</h2>
        {onRemove && (
          <button type="button" class="small danger" onClick={onRemove}>
            Remove
          </button>
        )}
      </div>
      <div class="fields">
        {FIELDS.filter(
          ({ isForSeveral, isOfShare }) => !(isAlone && isForSeveral) && !(isOfShare && !isShared),
        ).map(({ env, label, isSecret, isLong, placeholder }) => {
          const name = targetEnv(env, number);
          return (
            <div key={env} class={isLong ? 'field long' : 'field'}>
              <label for={`target-${name}`}>{label}</label>
              <input
                {...{
                  id: `target-${name}`,
                  value: value(env),
                  placeholder: current(env) || placeholder || '',
                }}
                {...(isSecret
                  ? ({ type: 'password', autocomplete: 'off' } as const)
                  : ({ type: 'text' } as const))}
                onInput={({ currentTarget }) => state.set(name, currentTarget.value)}
                {...(env === 'MATOMO_URL' ? ownToken : {})}
              />
            </div>
          );
        })}
      </div>
      <ConnectionTest question={questionOf(state, number)} state={state} />
    </fieldset>
  );
}

export function Targets() {
  const count = useSignal(1);
  useEffect(() => {
    void attempt(async () => {
      await loadTable();
      await state.resolve();
    });
    const numbers = Object.keys(state.draft.value.values).map((env) => Number(/_(\d+)$/.exec(env)?.[1] ?? 1));
    count.value = Math.max(1, ...numbers);
  }, [count]);
  const strategy = table.value?.settings.find(({ key }) => key === 'strategy');
  const remove = (number: number) => {
    for (const { env } of FIELDS) state.set(targetEnv(env, number), '');
    count.value -= 1;
  };
  return (
    <div class="stack">
      <Head
        title="Targets"
        actions={
          <a class="button" href={pathTo('traffic')}>
            Set up traffic
          </a>
        }
      >
        <p>
          One Matomo, or several that share the visits or get the same ones side by side. What you enter here
          is used by the live traffic that you start under Traffic.
        </p>
      </Head>
      {Array.from({ length: count.value }, (_, i) => (
        <TargetCard
          key={i}
          number={i + 1}
          isAlone={count.value === 1}
          onRemove={i > 0 && i === count.value - 1 ? () => remove(i + 1) : undefined}
        />
      ))}
      <div class="row">
        <button
          type="button"
          disabled={count.value >= MOST}
          onClick={() => {
            count.value += 1;
          }}
        >
          Add a target
        </button>
      </div>
      {count.value > 1 && strategy && (
        <SettingField info={strategy} state={state} label="What each target gets" words={STRATEGIES} />
      )}
      <TargetCheck />
      <OwnTargets />
      <ActiveTargets />
    </div>
  );
}
