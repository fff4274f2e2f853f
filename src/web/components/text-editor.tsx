/** A file of the store as text: checked while somebody types, saved only if nobody else was faster, left only after a question. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Problem } from '../api/client.ts';
import { storeChanges } from '../live/state.ts';
import { guardLeaving } from '../router.ts';
import { ask } from './dialog.tsx';
import { download } from './files.ts';
import { attempt, notify } from './notices.tsx';

const AFTER_TYPING_MS = 400;

export interface Checked {
  readonly isValid: boolean;
  /** `Line 3: …` where a line is to blame. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

export interface TextFile {
  readonly content: string;
  readonly isDefault: boolean;
  readonly etag: string | undefined;
}

interface Props {
  readonly title: string;
  readonly fileName: string;
  readonly accept: string;
  readonly load: () => Promise<TextFile>;
  readonly check: (content: string) => Promise<Checked>;
  /** @throws Problem with 412 where somebody else has saved meanwhile */
  readonly save: (content: string, etag: string | undefined) => Promise<Checked>;
  readonly reset: () => Promise<unknown>;
  /** What the content means, shown beside it. */
  readonly children?: (content: string) => ComponentChildren;
}

function Findings({ checked, onLine }: { checked: Checked; onLine: (line: number) => void }) {
  const item = (text: string, tone: string) => {
    const line = Number(/^Line (\d+)/.exec(text)?.[1]);
    return (
      <li key={text} class={tone}>
        {line > 0 ? (
          <button type="button" class="plain small" onClick={() => onLine(line)}>
            {text}
          </button>
        ) : (
          text
        )}
      </li>
    );
  };
  if (checked.errors.length + checked.warnings.length === 0) return <p class="good">No problems found.</p>;
  return (
    <ul aria-label="Findings">
      {checked.errors.map((text) => item(text, 'bad'))}
      {checked.warnings.map((text) => item(text, 'warn'))}
    </ul>
  );
}

export function TextEditor({ title, fileName, accept, load, check, save, reset, children }: Props) {
  const text = useSignal('');
  const saved = useSignal<TextFile | undefined>(undefined);
  const checked = useSignal<Checked | undefined>(undefined);
  const isChanged = saved.value !== undefined && text.value !== saved.value.content;
  const fetchIt = () =>
    attempt(async () => {
      saved.value = await load();
      text.value = saved.value.content;
    });
  const changes = storeChanges.value;
  useEffect(() => {
    if (!isChanged) void fetchIt();
    else notify('Somebody else has changed this. You are asked before you overwrite it.');
  }, [changes]);
  useEffect(() => {
    const timer = setTimeout(async () => {
      checked.value = await check(text.value).catch(() => undefined);
    }, AFTER_TYPING_MS);
    return () => clearTimeout(timer);
  }, [text.value, check, checked]);
  useEffect(() => {
    if (!isChanged) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', onUnload);
    const release = guardLeaving(() => confirm(`Leave without saving the changes to ${fileName}?`));
    return () => {
      removeEventListener('beforeunload', onUnload);
      release();
    };
  }, [isChanged, fileName]);
  const keep = async (etag: string | undefined) => {
    const result = await save(text.value, etag);
    checked.value = result;
    if (!result.isValid) throw new Error('Not saved. The problems are listed below the text.');
    await fetchIt();
  };
  const saveIt = () =>
    attempt(async () => {
      try {
        await keep(saved.value?.etag);
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 412) throw error;
        const isConfirmed = await ask({
          title: 'Somebody else has saved changes',
          text: 'If you save, their changes are lost. To keep both, cancel and download yours first.',
          confirm: 'Overwrite theirs',
          isDangerous: true,
        });
        if (!isConfirmed) return;
        await keep((await load()).etag);
      }
      notify('Saved. Runs that start from now on use it.');
    });
  const resetIt = async () => {
    const isConfirmed = await ask({
      title: `Reset ${title}?`,
      text: 'Your list is deleted, and the built-in one is used again.',
      confirm: 'Reset',
      isDangerous: true,
    });
    if (isConfirmed && (await attempt(reset, 'The built-in list is used again.'))) await fetchIt();
  };
  const goTo = (line: number) => {
    const area = document.querySelector<HTMLTextAreaElement>('#editor');
    if (!area) return;
    const start =
      text.value
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (text.value.slice(start).split('\n')[0]?.length ?? 0));
    area.scrollTop = (line - 3) * 19;
  };
  return (
    <div class="stack">
      <div class="row spread">
        <p>
          {saved.value?.isDefault ? <span class="badge">built in</span> : <span class="badge">yours</span>}{' '}
          {isChanged && <strong>Unsaved changes</strong>}
        </p>
        <div class="row">
          <label class="button">
            Upload
            <input
              class="hidden-text"
              type="file"
              accept={accept}
              onChange={async ({ currentTarget }) => {
                const [file] = currentTarget.files ?? [];
                if (file) text.value = await file.text();
                currentTarget.value = '';
              }}
            />
          </label>
          <button type="button" onClick={() => download(fileName, text.value)}>
            Download
          </button>
          <button type="button" disabled={saved.value?.isDefault !== false} onClick={resetIt}>
            Reset
          </button>
          <button type="button" disabled={!isChanged} onClick={fetchIt}>
            Discard
          </button>
          <button type="button" class="primary" disabled={!isChanged} onClick={saveIt}>
            Save
          </button>
        </div>
      </div>
      <div class="split">
        <div class="stack">
          <label class="hidden-text" for="editor">
            {title}
          </label>
          <textarea
            id="editor"
            rows={24}
            spellcheck={false}
            wrap="off"
            aria-invalid={checked.value?.isValid === false}
            value={text.value}
            onInput={({ currentTarget }) => {
              text.value = currentTarget.value;
            }}
          />
          {checked.value && <Findings checked={checked.value} onLine={goTo} />}
        </div>
        <div class="aside">{children?.(text.value)}</div>
      </div>
    </div>
  );
}
