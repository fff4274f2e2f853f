/** Keeps the keyboard's place: where a button is gone with what it did, or could not be pressed for a while, the focus stays near. */

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary';

interface Last {
  readonly element: HTMLElement;
  /** From the nearest one to the main part of the page. */
  readonly around: readonly Element[];
}

function lastOf(element: HTMLElement): Last | undefined {
  const around: Element[] = [];
  for (let one = element.parentElement; one; one = one.parentElement) {
    around.push(one);
    if (one.id === 'main') return { element, around };
  }
  // In a dialog or the navigation: they take care of themselves.
  return undefined;
}

/** The place as a whole, where nothing nearer is left: the next step of the keyboard is its first part. */
const isNear = (element: Element) => element.matches('.row, fieldset, form, td, tr, li');

function moveFrom({ element, around }: Last): void {
  if (element.isConnected) {
    if (!element.matches(':disabled')) element.focus({ preventScroll: true });
    return;
  }
  const rest = around.filter((one) => one.isConnected);
  const near = rest.find((one) => isNear(one) && one.querySelector(FOCUSABLE) !== null);
  const next = near?.querySelector<HTMLElement>(FOCUSABLE) ?? document.querySelector<HTMLElement>('main');
  next?.focus({ preventScroll: true });
}

/** @returns a function that ends it */
export function keepFocus(): () => void {
  let last: Last | undefined;
  const onFocus = ({ target }: FocusEvent) => {
    if (target instanceof HTMLElement && target.closest('dialog') === null) last = lastOf(target);
  };
  // Somebody who points elsewhere has left the place.
  const onPointer = () => {
    last = undefined;
  };
  const observer = new MutationObserver(() => {
    if (last === undefined || document.activeElement !== document.body) return;
    if (document.querySelector('dialog[open]') === null) moveFrom(last);
  });
  document.addEventListener('focusin', onFocus);
  document.addEventListener('pointerdown', onPointer);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  return () => {
    document.removeEventListener('focusin', onFocus);
    document.removeEventListener('pointerdown', onPointer);
    observer.disconnect();
  };
}
