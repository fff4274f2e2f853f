/** A funnel as it is built, and as the service has it. */
import { call } from '../../api/client.ts';
import type { Funnel, FunnelStep } from '../../api/schema.ts';

export interface FunnelDraft {
  readonly name: string;
  readonly description: string;
  /** 0 to 1. */
  readonly probability: number;
  readonly priority: number;
  readonly enabled: boolean;
  readonly exit_after_completion: boolean;
  readonly steps: readonly FunnelStep[];
}

/** Values that nobody set come back as null. */
function draftOf({ name, description, config }: Funnel): FunnelDraft {
  const { probability, priority, enabled, exit_after_completion, steps } = config;
  const own = steps.map((step) =>
    Object.fromEntries(Object.entries(step).filter(([, value]) => value !== null)),
  );
  // The service has checked them when they were saved.
  return {
    name,
    description: description ?? '',
    probability,
    priority,
    enabled,
    exit_after_completion,
    steps: own as unknown as readonly FunnelStep[],
  };
}

/** A funnel as the service has it. */
export interface SavedFunnel {
  readonly id: number;
  readonly draft: FunnelDraft;
  readonly etag: string | undefined;
}

export async function loadFunnel(id: number): Promise<SavedFunnel> {
  const { data, etag } = await call('get', '/api/funnels/{id}', { path: { id } });
  return { id, draft: draftOf(data), etag };
}
