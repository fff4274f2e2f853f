/** The keyboard: `g` and a letter goes to a place, `/` searches, `?` lists the shortcuts, Ctrl or Cmd with K opens the commands. */
import { signal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Dialog } from './components/dialog.tsx';
import { listedPlaces } from './listed-places.ts';
import { preferences } from './preferences.ts';
import { address, navigate, PLACES, pathTo } from './router.ts';

const open = signal<'none' | 'commands' | 'help'>('none');
const TOGETHER_MS = 1200;

export const openCommands = () => {
  open.value = 'commands';
};
export const openHelp = () => {
  open.value = 'help';
};

/** The browser tells of a closed dialog a moment later: the other one may be open by then. */
function close(which: 'commands' | 'help'): void {
  if (open.value === which) open.value = 'none';
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

let lastG = 0;

function onKey(event: KeyboardEvent): void {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    openCommands();
    return;
  }
  const isPlain = !event.metaKey && !event.ctrlKey && !event.altKey;
  if (
    !preferences.value.hasShortcuts ||
    !isPlain ||
    isTyping(event.target) ||
    document.querySelector('dialog[open]')
  )
    return;
  if (event.key === '?') openHelp();
  else if (event.key === '/') {
    const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
    if (search) {
      event.preventDefault();
      search.focus();
    }
  } else if (event.key === 'g') lastG = event.timeStamp;
  else if (event.timeStamp - lastG < TOGETHER_MS) {
    lastG = 0;
    const place = PLACES.find(({ key }) => key === event.key);
    if (place) navigate(pathTo(place.id));
  }
}

function Commands() {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const found = useMemo(
    () => PLACES.filter(({ title }) => title.toLowerCase().includes(text.trim().toLowerCase())),
    [text],
  );
  const go = (index: number) => {
    const place = found[index];
    if (!place) return;
    close('commands');
    navigate(pathTo(place.id));
  };
  return (
    <Dialog title="Go to" hasClose onClose={() => close('commands')}>
      <input
        ref={input}
        type="search"
        aria-label="Find a place"
        aria-controls="commands"
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined) {
            event.preventDefault();
            setAt((at + step + found.length) % Math.max(1, found.length));
          } else if (event.key === 'Enter') go(at);
        }}
      />
      <ul id="commands" class="stack" style={{ gap: '.25rem' }}>
        {found.map(({ id, title, key }, i) => (
          <li key={id}>
            <button
              type="button"
              class="plain"
              style={{ width: '100%', justifyContent: 'space-between' }}
              aria-current={i === at ? 'true' : undefined}
              aria-pressed={i === at}
              onClick={() => go(i)}
            >
              {title}
              <span>
                <kbd>g</kbd> <kbd>{key}</kbd>
              </span>
            </button>
          </li>
        ))}
        {found.length === 0 && <li class="soft">No place has such a name.</li>}
      </ul>
    </Dialog>
  );
}

const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['Ctrl', 'K'], 'Go to a place by its name'],
  [['/'], 'Search on this place'],
  [['?'], 'Show these shortcuts'],
  [['Esc'], 'Close a dialog'],
];

/** Where there is something to take back. */
const UNDO: typeof SHORTCUTS = [
  [['Ctrl', 'Z'], 'Take a change of the funnel back'],
  [['Ctrl', 'Shift', 'Z'], 'Make it again'],
];

function Help() {
  const { place } = address.value;
  const all = [
    ...SHORTCUTS,
    ...(place === 'funnels' ? UNDO : []),
    ...listedPlaces(place).map(({ key, title }) => [['g', key], title] as const),
  ];
  return (
    <Dialog title="Keyboard shortcuts" hasClose onClose={() => close('help')}>
      <dl class="facts">
        {all.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key} style={{ marginRight: '.25rem' }}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

export function Shortcuts() {
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  if (open.value === 'commands') return <Commands />;
  return open.value === 'help' ? <Help /> : null;
}
