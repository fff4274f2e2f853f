/** A file of the store as text: checked while somebody types, saved only if nobody else was faster, left only after a question. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { storeChanges } from '../../live/state.ts';
import { findingsIn, placeOf, withLine } from '../checks/finding-place.ts';
import { ask } from '../dialog.tsx';
import { Missing } from '../fetched.tsx';
import { FileButton } from '../files/file-button.tsx';
import { download } from '../files/files.ts';
import type { Checked, StoreFile, TextFile } from '../files/store-file.ts';
import { attempt, notify } from '../notices.tsx';
import { saveOver, useLeaveQuestion } from '../unsaved.ts';
import { CodeEditor } from './code-editor.tsx';

const AFTER_TYPING_MS = 400;
const AGAIN_MS = 5000;

interface Props {
  readonly title: string;
  readonly fileName: string;
  readonly accept: string;
  readonly language: 'text' | 'json';
  readonly file: StoreFile;
  /** Other files that the text can be made from. */
  readonly imports?: readonly {
    readonly label: string;
    readonly accept: string;
    readonly textOf: (content: string) => string;
  }[];
  /** What the content means, shown beside it. */
  readonly children?: (content: string, checked: Checked | undefined) => ComponentChildren;
}

const SHOWN_FINDINGS = 50;

function Findings({
  checked,
  text,
  onPlace,
}: {
  checked: Checked;
  text: string;
  onPlace: (position: number) => void;
}) {
  const item = (message: string, tone: string) => {
    const place = placeOf(text, message);
    return (
      <li key={message} class={tone}>
        {place ? (
          <button type="button" class={`link ${tone}`} onClick={() => onPlace(place.from)}>
            {withLine(text, message)}
          </button>
        ) : (
          message
        )}
      </li>
    );
  };
  const more = [checked.errors, checked.warnings]
    .map(({ length }) => Math.max(0, length - SHOWN_FINDINGS))
    .reduce((a, b) => a + b);
  if (checked.errors.length + checked.warnings.length === 0) return <p class="good">No problems found.</p>;
  return (
    <ul aria-label="Findings">
      {checked.errors.slice(0, SHOWN_FINDINGS).map((text) => item(text, 'bad'))}
      {checked.warnings.slice(0, SHOWN_FINDINGS).map((text) => item(text, 'warn'))}
      {more > 0 && <li class="soft">and {more} more</li>}
    </ul>
  );
}

export function TextEditor({ title, fileName, accept, language, file, imports = [], children }: Props) {
  const text = useSignal('');
  const saved = useSignal<TextFile | undefined>(undefined);
  const checked = useSignal<Checked | undefined>(undefined);
  const isChanged = saved.value !== undefined && text.value !== saved.value.content;
  const hasFailed = useSignal(false);
  /** How often it was asked for: an answer that comes after that to a later question is older than what is shown. */
  const asked = useRef(0);
  const load = async (take: (loaded: TextFile) => void) => {
    asked.current++;
    const question = asked.current;
    const isNewest = () => question === asked.current;
    const isDone = await attempt(async () => {
      const loaded = await file.load();
      if (isNewest()) take(loaded);
    });
    if (isNewest()) hasFailed.value = !isDone;
  };
  /** @param known what the text is replaced for; what was typed since stays, as a change that is not saved */
  const fetchIt = (known = text.value) =>
    load((loaded) => {
      saved.value = loaded;
      if (text.value === known) text.value = loaded.content;
    });
  /** It is fetched again when this is over. */
  const isChanging = useRef(false);
  const look = () =>
    load((loaded) => {
      const { content, etag } = saved.value ?? { content: '', etag: undefined };
      if (isChanging.current || (saved.value && loaded.etag === etag)) return;
      if (text.value === content) {
        saved.value = loaded;
        text.value = loaded.content;
      } else notify('Somebody else has changed this. You are asked before you overwrite it.');
    });
  const changes = storeChanges.value;
  useEffect(() => {
    if (!isChanging.current) void look();
  }, [changes]);
  const isLoaded = saved.value !== undefined;
  useEffect(() => {
    if (!isLoaded) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const result = await file.check(text.value);
        if (!isOver) checked.value = result;
      } catch {
        // Away, or asked too often: what is known stays until the next look.
        if (!isOver) timer = setTimeout(look, AGAIN_MS);
      }
    };
    timer = setTimeout(look, AFTER_TYPING_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text.value, isLoaded, file, checked]);
  useLeaveQuestion(isChanged, `Leave without saving the changes to ${fileName}?`);
  const keep = async (etag: string | undefined) => {
    const kept = text.value;
    const result = await file.save(kept, etag);
    checked.value = result;
    if (!result.isValid) throw new Error('Not saved. The problems are listed below the text.');
    await fetchIt(kept);
  };
  const saveIt = () =>
    attempt(async () => {
      isChanging.current = true;
      const isSaved = await saveOver(saved.value?.etag, keep, {
        title: 'Somebody else has saved changes',
        text: 'If you save, their changes are lost. To keep both, cancel and download yours first.',
      }).finally(() => {
        isChanging.current = false;
      });
      if (isSaved) notify('Saved. Runs that start from now on use it.');
    });
  const discard = () => {
    text.value = saved.value?.content ?? '';
    void look();
  };
  const resetIt = async () => {
    const isConfirmed = await ask({
      title: `Reset ${title}?`,
      text: 'Your list is deleted, and the built-in one is used again.',
      confirm: 'Reset',
      isDangerous: true,
    });
    if (!isConfirmed) return;
    isChanging.current = true;
    if (await attempt(file.reset, 'The built-in list is used again.')) await fetchIt();
    isChanging.current = false;
  };
  const goTo = useRef<(position: number) => void>(() => {});
  const { value: found } = checked;
  const findings = useMemo(
    () => (found ? findingsIn(text.value, found.errors, found.warnings) : []),
    [found],
  );
  const onReady = useCallback((move: (position: number) => void) => {
    goTo.current = move;
  }, []);
  return (
    <div class="stack">
      <div class="row spread">
        <p>
          {saved.value && <span class="badge">{saved.value.isDefault ? 'built in' : 'yours'}</span>}{' '}
          {isChanged && <strong>Unsaved changes</strong>}
        </p>
        <div class="row">
          {[{ label: 'Upload', accept, textOf: (content: string) => content }, ...imports].map(
            ({ label, accept: types, textOf }) => (
              <FileButton
                key={label}
                label={label}
                accept={types}
                onText={(content) => {
                  text.value = textOf(content);
                }}
              />
            ),
          )}
          <button type="button" onClick={() => download(fileName, text.value)}>
            Download
          </button>
          <button type="button" disabled={saved.value?.isDefault !== false} onClick={resetIt}>
            Reset
          </button>
          <button type="button" disabled={!isChanged} onClick={discard}>
            Discard
          </button>
          <button type="button" class="primary" disabled={!isChanged} onClick={saveIt}>
            Save
          </button>
        </div>
      </div>
      <div class="split">
        <div class="stack">
          {saved.value === undefined ? (
            <Missing
              what={`The ${title.toLowerCase()}`}
              fetched={{ value: undefined, hasFailed: hasFailed.value, fetch: look }}
            />
          ) : (
            <CodeEditor
              title={title}
              language={language}
              text={text.value}
              findings={findings}
              onText={(typed) => {
                text.value = typed;
              }}
              onReady={onReady}
            />
          )}
          {saved.value && checked.value && (
            <Findings checked={checked.value} text={text.value} onPlace={goTo.current} />
          )}
        </div>
        <div class="aside">{saved.value && children?.(text.value, checked.value)}</div>
      </div>
    </div>
  );
}
