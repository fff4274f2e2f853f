/** The options of a plugin as a form: checked while somebody types, saved for every run that starts from then on. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { call, Problem } from '../../api/client.ts';
import type { Plugin } from '../../api/schema.ts';
import { attempt, notify } from '../../components/notices.tsx';
import { useLeaveQuestion } from '../../components/unsaved.ts';
import { type Option, optionsOf, read, textOf } from './option.ts';
import { OptionField } from './option-field.tsx';

type Texts = Readonly<Record<string, string>>;

const AFTER_TYPING_MS = 300;

/** Of the options that are saved, or given; the others are empty. */
function textsOf(plugin: Plugin, options: readonly Option[]): Texts {
  const own: Readonly<Record<string, unknown>> = { ...plugin.saved, ...plugin.given };
  return Object.fromEntries(options.map((option) => [option.name, textOf(option, own[option.name])]));
}

interface Result {
  readonly values: Readonly<Record<string, unknown>>;
  /** By option. */
  readonly problems: ReadonlyMap<string, string>;
}

function readAll(options: readonly Option[], texts: Texts): Result {
  const values: Record<string, unknown> = {};
  const problems = new Map<string, string>();
  for (const option of options) {
    const text = texts[option.name] ?? '';
    if (text.trim() === '' || option.isGiven) continue;
    const found = read(option, text);
    if ('problem' in found) problems.set(option.name, found.problem);
    else values[option.name] = found.value;
  }
  return { values, problems };
}

/** What the plugin itself says of options that look right here. */
function useCheck(name: string, { values, problems }: Result, isChanged: boolean) {
  const found = useSignal<readonly string[]>([]);
  const text = JSON.stringify(values);
  const isAsked = isChanged && problems.size === 0;
  useEffect(() => {
    found.value = [];
    if (!isAsked) return;
    const over = new AbortController();
    const look = async () => {
      try {
        const { data } = await call('post', '/api/v2/plugins/{name}/check', {
          path: { name },
          body: { options: values },
          signal: over.signal,
        });
        found.value = data.problems;
      } catch (error) {
        // Away, or asked too often: saving says it.
        if (error instanceof Problem && error.status === 422) found.value = [error.message];
      }
    };
    const timer = setTimeout(look, AFTER_TYPING_MS);
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [text, isAsked, name]);
  return found;
}

/** @param onSaved the plugin as it is then */
export function PluginOptions({ plugin, onSaved }: { plugin: Plugin; onSaved: (plugin: Plugin) => void }) {
  const options = optionsOf(plugin);
  const saved = textsOf(plugin, options);
  const texts = useSignal<Texts>(saved);
  const isSaving = useSignal(false);
  const result = useComputed(() => readAll(options, texts.value));
  const isChanged = options.some(({ name }) => texts.value[name] !== saved[name]);
  const before = useRef(saved);
  const savedText = JSON.stringify(saved);
  useEffect(() => {
    // Saved by somebody else: shown, unless something was typed here.
    const isTyped = options.some(({ name }) => texts.value[name] !== before.current[name]);
    before.current = saved;
    if (!isTyped) texts.value = saved;
  }, [savedText]);
  const check = useCheck(plugin.name, result.value, isChanged);
  useLeaveQuestion(isChanged, `Leave without saving the options of ${plugin.name}?`);
  if (options.length === 0) return <small>It has no options.</small>;
  const { values, problems } = result.value;
  const save = async () => {
    isSaving.value = true;
    const kept = texts.value;
    await attempt(async () => {
      const { data } = await call('put', '/api/v2/plugins/{name}/options', {
        path: { name: plugin.name },
        body: { options: values },
      });
      notify('Saved. Runs that start from now on use it, on the command line too.');
      // What was typed since stays, as a change that is not saved.
      if (texts.value === kept) texts.value = textsOf(data, options);
      onSaved(data);
    });
    isSaving.value = false;
  };
  const open = options.filter(({ isGiven }) => !isGiven);
  const isStandard = open.every(({ name }) => (texts.value[name] ?? '') === '');
  return (
    <form
      class="stack"
      aria-label={`Options of ${plugin.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class="fields">
        {options.map((option) => (
          <OptionField
            key={option.name}
            plugin={plugin.name}
            option={option}
            text={texts.value[option.name] ?? ''}
            fallback={option.property.default}
            isChanged={texts.value[option.name] !== saved[option.name]}
            problem={problems.get(option.name)}
            onText={(text) => {
              texts.value = { ...texts.value, [option.name]: text };
            }}
          />
        ))}
      </div>
      {check.value.map((problem) => (
        <p key={problem} class="bad" role="alert">
          {problem}
        </p>
      ))}
      {open.length > 0 && (
        <div class="row">
          <button
            type="submit"
            class="primary"
            disabled={!isChanged || isSaving.value || problems.size > 0 || check.value.length > 0}
          >
            {isSaving.value ? 'Saving …' : 'Save'}
          </button>
          <button
            type="button"
            disabled={!isChanged}
            onClick={() => {
              texts.value = saved;
            }}
          >
            Discard
          </button>
          <button
            type="button"
            disabled={isStandard}
            onClick={() => {
              texts.value = { ...saved, ...Object.fromEntries(open.map(({ name }) => [name, ''])) };
            }}
          >
            Back to defaults
          </button>
          {isChanged && <strong>Unsaved changes</strong>}
        </div>
      )}
    </form>
  );
}
