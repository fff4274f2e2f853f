/** What tells whether the process ids of two workers can be compared. */
import type { Host } from '../../host.ts';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const PROCESS_NAMES = '/proc/self/ns/pid';

/** This start of this machine, and what its processes see of each other: containers have ids of their own. */
export function machineOf(host: Host): string {
  try {
    const boot = Buffer.from(host.readFile(BOOT_ID)).toString('latin1').trim();
    return `${boot} ${host.linkTarget(PROCESS_NAMES)}`;
  } catch {
    // Another system, which has no containers.
    return `${host.platform} ${host.hostname}`;
  }
}
