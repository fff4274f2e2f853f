/** Tells which hook of a plugin takes long: visits are planned no faster than that. */
import type { CliContext } from '../../context.ts';

export function logSlowHook({ warning }: Pick<CliContext['log'], 'warning'>, text: string): void {
  warning(text, {
    code: 'slow-hook',
    hint: 'Visits are planned no faster than that: do in setup what is the same for all of them.',
  });
}
