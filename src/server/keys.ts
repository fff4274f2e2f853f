/** The service's keys: generated at the first start, in files that only their owner may read. */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { EXIT, UserError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Keys } from './http/authentication.ts';

const SHORTEST = 16;
const WELL_KNOWN =
  /^(change-?me.*|changeme.*|secret|password|admin|default|test|trafficinator|api-?key|your-.*)$/i;

export interface KeyFiles {
  readonly full: string;
  readonly readOnly: string;
  /** Encrypts stored tokens. */
  readonly secrets: string;
}

export function keyFiles(folder: string): KeyFiles {
  return {
    full: join(folder, 'control.key'),
    readOnly: join(folder, 'control-read.key'),
    secrets: join(folder, 'secrets.key'),
  };
}

function fromFile(host: Host, path: string): string {
  if (host.exists(path)) {
    const key = Buffer.from(host.readFile(path)).toString().trim();
    if (key !== '') return key;
  }
  const key = randomBytes(32).toString('base64url');
  host.writePrivateFile(path, `${key}\n`);
  return key;
}

/** A key that the environment holds, or that is in the file it names, such as a mounted secret. */
function fromEnvironment(host: Host, name: string): string | undefined {
  const path = host.env[`${name}_FILE`];
  if (!path) return host.env[name];
  const refuse = (message: string, hint: string, cause?: unknown) =>
    new UserError(message, { code: 'key-file', exitCode: EXIT.usage, hint, cause });
  if (host.env[name]) throw refuse(`${name} and ${name}_FILE must not both be set.`, 'Remove one of them.');
  let key: string;
  try {
    key = Buffer.from(host.readFile(resolve(host.cwd, path)))
      .toString()
      .trim();
  } catch (cause) {
    throw refuse(`${name}_FILE: ${path} cannot be read.`, 'Use a file that this user may read.', cause);
  }
  if (key === '')
    throw refuse(
      `${name}_FILE must be a file that contains the key, but ${path} is empty.`,
      'Write the key to the file.',
    );
  return key;
}

/** Keys from the environment go before those of the files. */
export function loadKeys(host: Host, files: KeyFiles): Keys {
  const own = fromEnvironment(host, 'CONTROL_UI_API_KEY');
  const readOnly = fromEnvironment(host, 'CONTROL_UI_READ_KEY');
  return {
    full: own || fromFile(host, files.full),
    readOnly: readOnly || fromFile(host, files.readOnly),
  };
}

export function loadSecretsKey(host: Host, files: KeyFiles): Buffer {
  const key = Buffer.from(fromFile(host, files.secrets), 'base64url');
  if (key.length === 32) return key;
  throw new UserError(`${files.secrets} must contain 32 bytes in base64url.`, {
    code: 'secrets-key',
    exitCode: EXIT.usage,
    hint: 'Restore the original file, or remove it and enter all stored tokens again.',
  });
}

/** Why the key is no protection; undefined where it is. */
export function weaknessOf({ full }: Keys): string | undefined {
  if (WELL_KNOWN.test(full)) return 'is a publicly known key';
  return full.length < SHORTEST ? `has fewer than ${SHORTEST} characters` : undefined;
}
