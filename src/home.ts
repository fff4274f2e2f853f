/** The user's home folder. */
import { homedir } from 'node:os';

/** Undefined where neither the environment nor the system's list of users has one, as for a container's user of any number. */
export function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
