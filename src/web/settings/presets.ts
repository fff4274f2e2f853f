/** The presets that the service has, from small to large; fetched again when somebody saves one. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { Preset } from '../api/schema.ts';
import { attempt } from '../components/notices.tsx';
import { storeChanges } from '../live/state.ts';

/** Kinds of sites follow the sizes; what somebody has saved comes last. */
const ORDER = ['light', 'medium', 'heavy', 'extreme', 'shop', 'content', 'saas'];
const rankOf = ({ name }: Preset) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

export function usePresets(): readonly Preset[] {
  const presets = useSignal<readonly Preset[]>([]);
  const changes = storeChanges.value;
  useEffect(() => {
    void attempt(async () => {
      const { data } = await call('get', '/api/v2/presets');
      presets.value = [...data.presets].sort((a, b) => rankOf(a) - rankOf(b));
    });
  }, [changes, presets]);
  return presets.value;
}
