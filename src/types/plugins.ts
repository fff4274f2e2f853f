/** Plugins of a run as plain data: who they are, and where they are found. */

/** Names a plugin with everything that shapes its traffic: another digest is another plugin. */
export interface PluginIdentity {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of its files. Hexadecimal. */
  readonly files: string;
  /** With defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Longest visit of its behaviours; 0 without any. */
  readonly longestMs: number;
}

/** Where a process finds a plugin, and with which options. */
export interface PluginSource {
  /** Absolute path of its module. */
  readonly path: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Code of the error of a process that has loaded other files of a plugin before. */
export const PLUGIN_CHANGED = 'plugin-changed';
