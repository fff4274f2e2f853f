/** Secrets that the user has asked to keep, encrypted at rest with a key that lies in a file of its own. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EXIT, UserError } from '../../errors.ts';
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { text } from '../../ledger/sqlite/rows.ts';
import { environmentName, isSecretName } from '../settings/names.ts';

export interface Secrets {
  /** By environment name; empty where nothing is kept. */
  read(name: string): Map<string, string>;
  /** Takes the place of what was kept; nothing is kept of an empty one. */
  write(name: string, values: ReadonlyMap<string, string>): void;
}

/** As answers show a token that is kept, and as it comes back when it is to be kept. */
export const MASKED = '***MASKED***';

/** The secrets among settings that a client gives; one that comes back masked or empty is the one that is kept. */
export function secretsOf(
  config: Readonly<Record<string, unknown>>,
  kept: ReadonlyMap<string, string>,
): Map<string, string> {
  const given = Object.entries(config).filter(([name]) => isSecretName(environmentName(name)));
  const values = new Map<string, string>();
  for (const [name, value] of given) {
    const env = environmentName(name);
    const isKept = value === MASKED || value === '' || value === null || value === undefined;
    const secret = isKept ? kept.get(env) : String(value);
    if (secret !== undefined) values.set(env, secret);
  }
  return given.length === 0 ? new Map(kept) : values;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function encrypt(key: Buffer, name: string, plain: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  // A value that is moved to another name does not open there.
  cipher.setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

function decrypt(key: Buffer, name: string, stored: string): string {
  const bytes = Buffer.from(stored, 'base64');
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([body, decipher.final()]).toString('utf8');
}

/** @param key 32 bytes */
export function createSecrets(connection: Connection, key: Buffer): Secrets {
  return {
    read(name) {
      const [stored] = connection.rows('select value from secret where name = ?', [name], (row) =>
        text(row, 'value'),
      );
      if (stored === undefined) return new Map();
      try {
        return new Map(JSON.parse(decrypt(key, name, stored)));
      } catch (cause) {
        throw new UserError(
          'A stored token cannot be read, because it was encrypted with another key file.',
          {
            code: 'secret-key-changed',
            exitCode: EXIT.usage,
            hint: 'Restore the old secrets.key, or enter the token again.',
            cause,
          },
        );
      }
    },
    write(name, values) {
      connection.write(() => {
        connection.run('delete from secret where name = ?', [name]);
        if (values.size === 0) return;
        const sealed = encrypt(key, name, JSON.stringify([...values]));
        connection.run('insert into secret (name, value) values (?, ?)', [name, sealed]);
      });
    },
  };
}
