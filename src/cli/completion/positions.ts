/** What a completion script needs to know of the command line: words, flags and their values, position by position. */

/** What may follow a flag. */
export type FlagValue =
  | { readonly kind: 'none' | 'any' | 'file' | 'preset' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] };

export interface FlagShape {
  /** With its dashes. */
  readonly long: string;
  readonly description: string;
  readonly value: FlagValue;
}

/** One position of the command line: the words and flags that may follow there. */
export interface PositionShape {
  /** Commands that lead here, such as `preset show`; empty at the beginning. */
  readonly path: readonly string[];
  readonly words: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly FlagShape[];
  /** True where the name of a preset follows. */
  readonly takesPreset: boolean;
}
