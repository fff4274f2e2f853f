/** What JSON may have and no document of ours has: levels without end, and characters that no database keeps. */

/** Of arrays and objects in each other. */
const MOST_LEVELS = 100;

const isText = (value: unknown): value is string => typeof value === 'string';

/** @returns what is wrong, in words; undefined for nothing */
export function oddityOf(value: unknown): string | undefined {
  let level: unknown[] = [value];
  for (let depth = 0; depth < MOST_LEVELS; depth++) {
    const inner = level.filter((one) => typeof one === 'object' && one !== null);
    const texts = [...level, ...inner.flatMap((one) => Object.keys(one))].filter(isText);
    if (texts.some((text) => text.includes('\0'))) return 'A text has the character NUL';
    if (inner.length === 0) return undefined;
    level = inner.flatMap((one) => Object.values(one));
  }
  return `There are more than ${MOST_LEVELS} levels`;
}
