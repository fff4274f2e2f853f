/** What checks have found, by what they were about: whoever starts a run hears of it, and another address makes it void. */
import { signal } from '@preact/signals';
import type { Finding } from '../api/schema.ts';
import type { Draft, DraftState } from './draft.ts';
import { targetEnv } from './target-env.ts';

/** What a test of one target is about. */
export interface Question {
  readonly url: string;
  readonly site: string;
  /** Empty: the one that the service has. */
  readonly token: string;
}

const MOST = 20;
const found = signal<ReadonlyMap<string, readonly Finding[]>>(new Map());

const keyOf = ({ url, site, token }: Question) => JSON.stringify([url, site || '1', token]);

/** Undefined where nobody has asked it. */
export const findingsOf = (question: Question) => found.value.get(keyOf(question));

export function noteFindings(question: Question, findings: readonly Finding[]): void {
  const others = [...found.value].filter(([key]) => key !== keyOf(question));
  found.value = new Map([...others.slice(1 - MOST), [keyOf(question), findings]]);
}

/** As it stands in the form. */
export function questionOf(state: DraftState, number: number): Question {
  const typed = (env: string) => state.draft.value.values[targetEnv(env, number)] ?? '';
  const current = (env: string) => (number === 1 ? state.valueOf(env) : typed(env));
  return {
    url: current('MATOMO_URL'),
    site: current('MATOMO_SITE_ID'),
    token: typed('MATOMO_TOKEN_AUTH'),
  };
}

interface WholeCheck {
  readonly draft: Draft;
  readonly findings: readonly Finding[];
}

/** The last check of a whole form: settings and all targets. */
export const wholeCheck = signal<WholeCheck | undefined>(undefined);

/** Problems that checks have found, of the form as it stands. */
export function problemsFound(state: DraftState): string[] {
  const { value: draft } = state.draft;
  if (draft.isSink) return [];
  const count = Math.max(1, state.resolved.value?.targets.length ?? 1);
  const ofTargets = Array.from(
    { length: count },
    (_, i) => findingsOf(questionOf(state, i + 1)) ?? [],
  ).flat();
  const whole = wholeCheck.value?.draft === draft ? wholeCheck.value.findings : [];
  const wrong = [...ofTargets, ...whole].filter(({ severity }) => severity === 'error');
  return [...new Set(wrong.map(({ message }) => message))];
}
