/** A text that is edited line by line: line numbers, search, undo, and problems in the margin beside the lines they are about. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'preact/hooks';

/** What is wrong with a part of the text. */
export interface Finding {
  readonly from: number;
  readonly to: number;
  readonly isError: boolean;
  readonly message: string;
}

interface Props {
  readonly title: string;
  readonly language: 'text' | 'json';
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly onText: (text: string) => void;
  /** The editor, once it is there: moves the cursor to a place and the focus with it. */
  readonly onReady: (goTo: (position: number) => void) => void;
}

/** The colours of the page, in both themes; the rules themselves are in the style sheet. */
const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.propertyName, class: 'code-name' },
  { tag: tags.string, class: 'code-string' },
  { tag: [tags.number, tags.bool, tags.null], class: 'code-value' },
]);

const nonce = () => document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';

function extensionsOf({ title, language }: Props, onText: (text: string) => void) {
  return [
    EditorView.cspNonce.of(nonce()),
    EditorView.contentAttributes.of({ 'aria-label': title, spellcheck: 'false', tabindex: '0' }),
    lineNumbers(),
    lintGutter(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    bracketMatching(),
    highlightSelectionMatches(),
    language === 'json' ? json() : [],
    syntaxHighlighting(HIGHLIGHT),
    // Tab moves the focus on, as everywhere on the page.
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap]),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) onText(state.doc.toString());
    }),
  ];
}

const diagnosticOf = ({ from, to, isError, message }: Finding, length: number): Diagnostic => ({
  from: Math.min(from, length),
  to: Math.min(to, length),
  severity: isError ? 'error' : 'warning',
  message,
});

export function CodeEditor(props: Props) {
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const { text, findings, onReady } = props;
  useEffect(() => {
    if (!parent.current) return;
    const onText = (typed: string) => {
      if (typed !== latest.current.text) latest.current.onText(typed);
    };
    const view = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: extensionsOf(latest.current, onText),
      }),
    });
    editor.current = view;
    onReady((position) => {
      view.focus();
      view.dispatch({
        selection: { anchor: Math.min(position, view.state.doc.length) },
        scrollIntoView: true,
      });
    });
    return () => view.destroy();
  }, [onReady]);
  useEffect(() => {
    const { current: view } = editor;
    if (!view || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    const { current: view } = editor;
    if (!view) return;
    const { length } = view.state.doc;
    view.dispatch(
      setDiagnostics(
        view.state,
        findings.map((finding) => diagnosticOf(finding, length)),
      ),
    );
  }, [findings]);
  return <div class="editor" id="editor" ref={parent} />;
}
