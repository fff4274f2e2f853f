/** A file that the service stores: the list of pages, or the events. Loaded, checked, saved and reset in the same way. */
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';

type Path = '/api/urls' | '/api/events';
type Loaded<P extends Path> = Calls[P]['get']['answer'];

export interface Checked {
  readonly isValid: boolean;
  /** `Line 3: …` where a line is to blame. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** What the service makes of it; null where it cannot be read. */
  readonly structure: Readonly<Record<string, unknown>> | null;
}

export interface TextFile {
  readonly content: string;
  readonly isDefault: boolean;
  readonly etag: string | undefined;
}

export interface StoreFile {
  load(): Promise<TextFile>;
  check(content: string): Promise<Checked>;
  /** @throws Problem with 412 where somebody else has saved meanwhile */
  save(content: string, etag: string | undefined): Promise<Checked>;
  /** Back to the built-in one. */
  reset(): Promise<unknown>;
}

/** @param contentOf the text of what the service answers */
export function storeFile<P extends Path>(path: P, contentOf: (answer: Loaded<P>) => string): StoreFile {
  const at: Path = path;
  return {
    async load() {
      const { data, etag } = await call('get', path);
      const answer = data as Loaded<P>;
      return { content: contentOf(answer), isDefault: answer.source !== 'custom', etag };
    },
    async check(content) {
      const { data } = await call('post', `${at}/validate`, { body: { content } });
      return {
        isValid: data.valid,
        errors: data.errors,
        warnings: data.warnings,
        structure: 'structure' in data ? data.structure : null,
      };
    },
    async save(content, etag) {
      const { data } = await call('post', at, {
        body: { content },
        ...(etag === undefined ? {} : { ifMatch: etag }),
      });
      const { errors = [], warnings = [] } = data.validation ?? {};
      return { isValid: data.success, errors, warnings, structure: null };
    },
    reset: () => call('delete', at),
  };
}
