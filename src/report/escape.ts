/** Text made safe for XML and HTML alike. */

export function escapeMarkup(text: string): string {
  return (
    text
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      // XML 1.0 has no place for control characters, not even escaped.
      .replace(/[^\P{Cc}\n\t]/gu, '')
  );
}
