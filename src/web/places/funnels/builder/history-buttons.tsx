/** Undo and redo, by buttons and by keys. */
import { useEffect } from 'preact/hooks';
import type { History } from './history.ts';

function useKeys<T>(history: History<T>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      event.preventDefault();
      if (event.shiftKey) history.redo();
      else history.undo();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [history]);
}

export function HistoryButtons<T>({ history }: { history: History<T> }) {
  useKeys(history);
  const { past, future, undo, redo } = history;
  return (
    <>
      <button type="button" title="Ctrl Z" disabled={past.value.length === 0} onClick={undo}>
        Undo
      </button>
      <button type="button" title="Ctrl Shift Z" disabled={future.value.length === 0} onClick={redo}>
        Redo
      </button>
    </>
  );
}
