/** Funnels: the list, the builder of one, and the built-in ones to read and to copy. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { Missing, useFetched } from '../../components/fetched.tsx';
import { address, navigate, pathTo } from '../../router.ts';
import { Builder } from './builder/builder.tsx';
import { BuiltInFunnel } from './built-in/built-in-funnel.tsx';
import { findBuiltIn } from './built-in/built-in-list.tsx';
import { type FunnelDraft, loadFunnel } from './draft.ts';
import { FunnelList } from './funnel-list.tsx';

function Existing({ id }: { id: number }) {
  const funnel = useFetched(() => loadFunnel(id));
  return funnel.value ? <Builder funnel={funnel.value} /> : <Missing what="The funnel" fetched={funnel} />;
}

/** Of the built-in funnel, under a name that none of one's own has. */
async function copyOf(query: URLSearchParams): Promise<FunnelDraft | undefined> {
  const [used, own] = await Promise.all([call('get', '/api/v2/funnels'), call('get', '/api/funnels')]);
  const found = findBuiltIn(used.data, query);
  if (!found) return undefined;
  const taken = new Set(own.data.funnels.map((funnel) => funnel.name));
  let free = found.funnel.name;
  for (let i = 2; taken.has(free); i++) free = `${found.funnel.name} ${i}`;
  return { ...found.funnel, name: free };
}

type OnFirstSave = (id: number) => void;

function Copy({ query, onFirstSave }: { query: URLSearchParams; onFirstSave: OnFirstSave }) {
  const copy = useFetched(async () => ({ draft: await copyOf(query) }));
  if (!copy.value) return <Missing what="The funnel" fetched={copy} />;
  return <Builder funnel={undefined} start={copy.value.draft} onFirstSave={onFirstSave} />;
}

export function Funnels() {
  const { rest, query } = address.value;
  const [first] = rest;
  /** The address of the funnel that was saved for the first time in the builder that is open, and how it was begun. */
  const begun = useSignal<{ readonly id: string; readonly as: 'new' | 'copy' } | undefined>(undefined);
  const as = first === begun.value?.id ? begun.value?.as : first;
  useEffect(() => {
    if (first !== begun.value?.id) begun.value = undefined;
  }, [first, begun]);
  if (as === undefined || first === undefined) return <FunnelList />;
  if (as === 'built-in') return <BuiltInFunnel query={query} />;
  if (as !== 'copy' && as !== 'new') return <Existing key={first} id={Number(first)} />;
  const onFirstSave = (id: number) => {
    begun.value = { id: String(id), as };
    navigate(pathTo('funnels', String(id)), true);
  };
  if (as === 'copy') return <Copy query={query} onFirstSave={onFirstSave} />;
  return <Builder funnel={undefined} onFirstSave={onFirstSave} />;
}
