import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorSelection, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { useEffect, useImperativeHandle, useRef } from "react";
import type { Checked } from "../api/shapes";
import type { Kind, Where } from "./ask";
import { chips } from "./chips";
import { completionSource } from "./completionSource";
import { editorTheme } from "./editorTheme";
import { paint, setParts } from "./parts";
import type { Unnamed } from "./unnamed";

export interface EditorHandle {
  focus: () => void;
  /** Puts an expression at the cursor: into a hole of its own where the cursor is in plain text. */
  insert: (expression: string) => void;
}

export interface CodeEditorProps {
  text: string;
  kind: Kind;
  where: Where;
  wanted: string;
  label: string;
  hint?: string | undefined;
  lines: boolean;
  readOnly: boolean;
  checked: Checked | null;
  autoFocus?: boolean;
  unnamed: readonly Unnamed[];
  change: (text: string) => void;
  leave: () => void;
  ref?: React.Ref<EditorHandle>;
}

/** The text of an expression or of a text with holes: completed by the server, with what is wrong underlined. */
export default function CodeEditor(props: CodeEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const changing = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes goes in below
  useEffect(() => {
    if (!box.current) return;
    const made = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: props.text,
        extensions: [
          history(),
          closeBrackets(),
          bracketMatching(),
          autocompletion({
            override: [(context) => completionSource(context, latest.current)],
            activateOnTypingDelay: 5,
            icons: false,
            defaultKeymap: true,
            maxRenderedOptions: 80,
          }),
          Prec.high(
            keymap.of([
              { key: "Ctrl-Space", run: startCompletion },
              { key: "Enter", run: () => !latest.current.lines },
            ]),
          ),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...textKeys]),
          EditorView.lineWrapping,
          editorTheme,
          paint,
          chips(() => latest.current.kind === "template"),
          changing.current.of(setting(props)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.change(update.state.doc.toString());
            if (update.focusChanged && !update.view.hasFocus) latest.current.leave();
          }),
          looseCursor,
        ],
      }),
    });
    view.current = made;
    if (props.autoFocus) made.focus();
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const now = view.current;
    if (!now || now.state.doc.toString() === props.text) return;
    now.dispatch({
      changes: { from: 0, to: now.state.doc.length, insert: props.text },
      selection: { anchor: now.hasFocus ? props.text.length : 0 },
    });
  }, [props.text]);

  const { label, hint, readOnly, checked } = props;
  useEffect(() => {
    view.current?.dispatch({ effects: changing.current.reconfigure(setting({ label, hint, readOnly })) });
  }, [label, hint, readOnly]);

  useEffect(() => {
    const now = view.current;
    if (!now) return;
    const end = now.state.doc.length;
    const within = (one: { from: number; to: number }) => one.from <= end && one.to <= end;
    const problems = (checked?.problems ?? []).filter(within);
    now.dispatch(
      setDiagnostics(
        now.state,
        problems.map(({ from, to, message, severity }) => ({
          from,
          to: Math.max(to, from),
          message,
          severity,
        })),
      ),
    );
    now.dispatch({ effects: setParts.of((checked?.parts ?? []).filter(within)) });
  }, [checked]);

  useImperativeHandle(props.ref, () => ({
    focus: () => view.current?.focus(),
    insert: (expression) => {
      const now = view.current;
      if (!now) return;
      const text = latest.current.kind === "template" ? `{{ ${expression} }}` : expression;
      now.dispatch(now.state.replaceSelection(text));
      now.focus();
    },
  }));

  return <div ref={box} />;
}

/** Ctrl+Enter runs the workflow, wherever the cursor is. */
const textKeys = defaultKeymap.filter((one) => one.key !== "Mod-Enter");

/**
 * A cursor at the end of a wrapped line sticks to no side of it: for one that does, the editor sets the browser's
 * selection whenever it draws, and so takes the focus back from whatever has it.
 */
const looseCursor = EditorState.transactionFilter.of((transaction) => {
  const main = transaction.selection?.main;
  return main?.empty && main.assoc
    ? [transaction, { selection: EditorSelection.cursor(main.head), sequential: true }]
    : transaction;
});

function setting({ label, hint, readOnly }: Pick<CodeEditorProps, "label" | "hint" | "readOnly">) {
  return [
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
    EditorState.readOnly.of(readOnly),
    EditorView.editable.of(!readOnly),
    placeholder(hint ?? ""),
  ];
}
