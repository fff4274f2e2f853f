/** A token that was typed goes to the server that it was typed for, and to no other one. */
import { notify } from '../components/notices.tsx';
import type { DraftState } from './draft.ts';
import { targetEnv } from './target-env.ts';
import { isOtherServer } from './tokens-for.ts';

interface Typing {
  readonly currentTarget: HTMLInputElement;
}

/** For the field of an address: when it has become that of another server, the token beside it is taken away. */
export function tokenOfAddress(state: DraftState, number: number) {
  const env = targetEnv('MATOMO_TOKEN_AUTH', number);
  return {
    onFocus: ({ currentTarget }: Typing) => {
      currentTarget.dataset.before = currentTarget.value;
    },
    onChange: ({ currentTarget }: Typing) => {
      const { before = '' } = currentTarget.dataset;
      const isTyped = (state.draft.value.values[env] ?? '') !== '';
      if (!isTyped || !isOtherServer(before, currentTarget.value)) return;
      state.set(env, '');
      notify(`The token was for ${new URL(before).host}, and was removed. Enter the one of the new address.`);
    },
  };
}
