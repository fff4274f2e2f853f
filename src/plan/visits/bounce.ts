/** A bounce: one page and nothing else, written as plugins write their visits. */
import type { VisitContext } from '../../types/plugin-api.ts';
import type { ExtensionBehaviour } from '../plugins/extensions.ts';

export const BOUNCE: ExtensionBehaviour = {
  place: { plugin: 'built-in', kind: 'behaviours', name: 'bounce' },
  // The settings say how many visits bounce, by persona and segment.
  share: 0,
  longestMs: 0,
  call: (_occasion, { entryPage }: VisitContext) => [{ type: 'pageview', ...entryPage() }],
};
