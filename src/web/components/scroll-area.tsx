/** A long table in little room: it can be scrolled by keyboard too. */
import type { ComponentChildren } from 'preact';

interface Props {
  /** What is in it; no two on a place have the same. */
  readonly label: string;
  readonly maxHeight: string;
  readonly children: ComponentChildren;
}

export function ScrollArea({ label, maxHeight, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus
    <section class="table" tabIndex={0} aria-label={label} style={{ maxHeight, overflowY: 'auto' }}>
      {children}
    </section>
  );
}
