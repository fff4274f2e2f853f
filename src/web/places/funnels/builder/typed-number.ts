/** Between a number and the text that somebody types for it. */

/** `0,6` means the same as `0.6`. */
export function valueTyped(text: string, isPercent: boolean): number | null {
  const typed = text.trim().replace(',', '.');
  if (typed === '') return null;
  const number = Number(typed);
  return isPercent ? Math.round(number * 10_000) / 1_000_000 : number;
}

export function textOf(value: number | null, isPercent: boolean): string {
  if (value === null || Number.isNaN(value)) return '';
  return String(isPercent ? Math.round(value * 1_000_000) / 10_000 : value);
}
