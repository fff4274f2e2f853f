/** The presets that the service has, from small to large; fetched again when somebody saves one. */
import { call } from '../api/client.ts';
import type { Preset } from '../api/schema.ts';
import { useFetched } from '../components/fetched.tsx';
import { storeChanges } from '../live/state.ts';

/** Kinds of sites follow the sizes; what somebody has saved comes last. */
const ORDER = ['light', 'medium', 'heavy', 'extreme', 'shop', 'content', 'saas'];
const rankOf = ({ name }: Preset) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

const NONE: readonly Preset[] = [];

export function usePresets(): readonly Preset[] {
  const presets = useFetched(async () => {
    const { data } = await call('get', '/api/v2/presets');
    return [...data.presets].sort((a, b) => rankOf(a) - rankOf(b));
  }, [storeChanges.value]);
  return presets.value ?? NONE;
}
