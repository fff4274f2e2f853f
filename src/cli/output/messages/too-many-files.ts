/** The limit of open files that is too low for the command itself. */

/** `undefined` for every other error. */
export function tooManyFiles(
  error: unknown,
): { readonly message: string; readonly hint: string } | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EMFILE' && code !== 'ENFILE') return undefined;
  return {
    message: `This process may not open enough files to run (${code}).`,
    hint: 'Raise the limit of open files with ulimit -n 4096.',
  };
}
