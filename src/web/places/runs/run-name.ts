/** What tells runs apart, whose presets and days repeat: the number and the server. */
import type { Run } from '../../api/schema.ts';

type Named = Pick<Run, 'id' | 'name' | 'command' | 'isSink' | 'targets'>;

/** `embedded endpoint`, or the hosts; empty while they are not known. */
function serverOf({ isSink, targets }: Named): string {
  if (isSink) return 'embedded endpoint';
  return [...new Set(targets.map(({ url }) => new URL(url).host))].join(', ');
}

/** `live run 3, shop.example`: what stands beside the name. */
export function numberAndServer(run: Named): string {
  const server = serverOf(run);
  return `${run.command === 'run' ? 'live run' : 'backfill'} ${run.id}${server === '' ? '' : `, ${server}`}`;
}
