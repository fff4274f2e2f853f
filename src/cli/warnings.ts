/** Writes warnings to standard error. */
import type { Problem } from '../errors.ts';
import type { Host } from '../host.ts';
import { createPalette } from './palette.ts';

export function writeWarnings(host: Host, warnings: readonly Problem[]): void {
  const { yellow, dim } = createPalette(host, host.stderr);
  for (const { message, hint } of warnings) {
    host.stderr.write(`${yellow('warning')}: ${message}\n`);
    if (hint !== undefined) host.stderr.write(`${dim('  hint')}: ${hint}\n`);
  }
}
