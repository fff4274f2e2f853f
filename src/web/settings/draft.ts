/** Settings that somebody is working on: a preset, and what differs from it. Kept in the tab, but for secrets. */
import { computed, signal } from '@preact/signals';
import { call, Problem } from '../api/client.ts';
import type { Calls } from '../api/schema.ts';
import { clearErrors } from '../components/notices.tsx';
import { valueText } from './schema.ts';
import { replacedByPreset, valuesWithPreset } from './where-to.ts';

export type Resolved = Calls['/api/v2/settings/resolve']['post']['answer'];

export interface Draft {
  readonly preset: string | undefined;
  /** Texts by environment name: only what was changed by hand. */
  readonly values: Readonly<Record<string, string>>;
  readonly isSink: boolean;
}

const EMPTY: Draft = { preset: undefined, values: {}, isSink: false };

const isSecret = (env: string) => /TOKEN|HEADERS|PASSWORD|SECRET/.test(env);

/** What the tab had before it was loaded again. */
function kept(key: string): Draft {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    return typeof found === 'object' && found !== null ? { ...EMPTY, ...found } : EMPTY;
  } catch {
    // Storage may be switched off.
    return EMPTY;
  }
}

function keep(key: string, { values, ...rest }: Draft): void {
  const open = Object.entries(values).filter(([env]) => !isSecret(env));
  try {
    sessionStorage.setItem(key, JSON.stringify({ ...rest, values: Object.fromEntries(open) }));
  } catch {
    // It holds until the tab is loaded again.
  }
}
const AFTER_TYPING_MS = 250;

function createDraft(command: 'run' | 'backfill') {
  const key = `trafficinator.${command}`;
  const draft = signal<Draft>(kept(key));
  const resolved = signal<Resolved | undefined>(undefined);
  const inForce = computed(() => new Map(resolved.value?.settings.map((one) => [one.env, one])));
  const problems = computed(() => new Map(resolved.value?.errors.map((one) => [one.setting, one])));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;

  /** What calls that take settings are given. */
  const request = () => {
    const { preset, values, isSink } = draft.value;
    return { preset: preset === undefined ? [] : [preset], settings: values, sink: isSink };
  };

  async function resolve(): Promise<void> {
    clearTimeout(timer);
    asking?.abort();
    asking = new AbortController();
    const { signal: over } = asking;
    try {
      const { data } = await call('post', '/api/v2/settings/resolve', {
        body: { ...request(), command },
        signal: over,
      });
      resolved.value = data;
    } catch (error) {
      // A name that nobody knows and the like: it is said where it is used. Aborted: somebody typed on.
      if (!(error instanceof Problem) && !over.aborted) throw error;
    }
  }

  function change(next: Draft): void {
    clearErrors();
    draft.value = next;
    keep(key, next);
    clearTimeout(timer);
    timer = setTimeout(() => void resolve().catch(() => {}), AFTER_TYPING_MS);
  }

  return {
    draft,
    resolved,
    inForce,
    problems,
    request,
    resolve,
    /** Tokens that were typed, of all targets. */
    tokens: () =>
      Object.fromEntries(
        Object.entries(draft.value.values).filter(([env]) => /^MATOMO_TOKEN_AUTH(_\d+)?$/.test(env)),
      ),
    /** What would be used: what was typed, or else what the service has; empty where it has nothing. */
    valueOf: (env: string) => draft.value.values[env] ?? valueText(inForce.value.get(env)?.value),
    /** An empty text takes the change back. */
    set(env: string, text: string): void {
      const { [env]: _, ...others } = draft.value.values;
      change({ ...draft.value, values: text === '' ? others : { ...others, [env]: text } });
    },
    useSink: (isSink: boolean) => change({ ...draft.value, isSink }),
    /** Where visits go and the days of a backfill stay what they are; a preset replaces other changes. */
    usePreset: (preset: string | undefined) =>
      change({ ...draft.value, preset, values: valuesWithPreset(draft.value.values, preset) }),
    /** Changes that a preset would replace. */
    replaceable: () => replacedByPreset(draft.value.values),
    load: (values: Readonly<Record<string, string>>) => change({ ...draft.value, preset: undefined, values }),
    /** All of it, such as what a run was started with. */
    restore: change,
    clear: () => change(EMPTY),
  };
}

export type DraftState = ReturnType<typeof createDraft>;

export const trafficDraft = createDraft('run');
export const backfillDraft = createDraft('backfill');
