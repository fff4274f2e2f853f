/** Which funnels visits go through: the built-in ones, or one's own in their place. */
import { call } from '../../../api/client.ts';
import type { BuiltInFunnel, Calls } from '../../../api/schema.ts';
import { useFetched } from '../../../components/fetched.tsx';
import { storeChanges } from '../../../live/state.ts';
import { pathTo } from '../../../router.ts';

export type Used = Calls['/api/v2/funnels']['get']['answer'];

export const useUsed = () =>
  useFetched(async () => (await call('get', '/api/v2/funnels')).data, [storeChanges.value]);

/** Those of runs without a preset that has funnels of its own. */
export const commonFunnels = ({ sets }: Used): readonly BuiltInFunnel[] =>
  sets.find(({ preset }) => preset === null)?.funnels ?? [];

export const presetsWithFunnels = ({ sets }: Used): string[] => sets.flatMap(({ preset }) => preset ?? []);

const inWordsOf = (type: 'conjunction' | 'disjunction') => {
  const format = new Intl.ListFormat('en-GB', { type });
  return (names: readonly string[]) => format.format(names);
};
const allInWords = inWordsOf('conjunction');
export const anyInWords = inWordsOf('disjunction');

/** @param own how many of one's own there are, and how many of these are in use */
export function usedSentence(used: Used, own: { readonly all: number; readonly inUse: number }): string {
  const { length } = commonFunnels(used);
  if (used.used === 'elsewhere') {
    return `Used now: the funnels in ${used.path}, which FUNNEL_CONFIG_PATH names, and not those of this page.`;
  }
  if (used.used === 'built-in') {
    return `Used now: the ${length} built-in funnels. The first funnel that you save takes the place of all of them.`;
  }
  if (own.inUse === 0) return 'Used now: none. The built-in funnels are not used either until you say so.';
  const which = own.inUse < own.all ? `${own.inUse} of your ${own.all} funnels` : 'your own funnels';
  return `Used now: ${own.all === 1 ? 'your own funnel' : which}, in the place of the ${length} built-in ones.`;
}

/** Before one's first funnel is saved: what it does to the built-in ones. */
export function TakesPlace() {
  const { value: used } = useUsed();
  if (used?.used !== 'built-in') return null;
  const names = commonFunnels(used).map(({ name }) => name);
  return (
    <p class="banner" style={{ margin: 0 }}>
      When you save this funnel, it takes the place of the built-in ones: {allInWords(names)}. To keep some of
      them, <a href={pathTo('funnels')}>copy them</a>, too.
    </p>
  );
}
