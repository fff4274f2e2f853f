/** A file that is begun anew when it is full; a few older ones are kept beside it. */
import type { Host } from '../../host.ts';

const FILE_BYTES = 5_000_000;
const OLDER_FILES = 3;

type Files = Pick<Host, 'exists' | 'appendFile' | 'removeFile' | 'renameFile' | 'fileBytes'>;

/** @param onBroken is called when a text cannot be written, and not again until one could be */
export function createRotatingFile(
  files: Files,
  path: string,
  onBroken: (error: unknown) => void,
  mostBytes = FILE_BYTES,
): (text: string) => void {
  let bytes = files.exists(path) ? files.fileBytes(path) : 0;
  let isBroken = false;

  function rotate(): void {
    files.removeFile(`${path}.${OLDER_FILES}`);
    for (let number = OLDER_FILES - 1; number >= 1; number--) {
      if (files.exists(`${path}.${number}`)) files.renameFile(`${path}.${number}`, `${path}.${number + 1}`);
    }
    files.renameFile(path, `${path}.1`);
    bytes = 0;
  }

  return (text) => {
    try {
      if (bytes > 0 && bytes + text.length > mostBytes) rotate();
      files.appendFile(path, text);
      bytes += Buffer.byteLength(text);
      isBroken = false;
    } catch (error) {
      // A full disk must not end the service; what is in memory can still be seen.
      if (!isBroken) onBroken(error);
      isBroken = true;
    }
  };
}
