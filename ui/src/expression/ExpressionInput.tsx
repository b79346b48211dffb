import { ActionIcon, Popover } from "@mantine/core";
import { useFocusWithin } from "@mantine/hooks";
import { IconVariablePlus } from "@tabler/icons-react";
import { lazy, Suspense, useCallback, useContext, useEffect, useRef, useState } from "react";
import { FileContext } from "../workflow/context";
import type { Value } from "../workflow/value";
import type { Kind, Where } from "./ask";
import type { EditorHandle } from "./CodeEditor";
import classes from "./ExpressionInput.module.css";
import { ModeButton } from "./ModeButton";
import { Outcome } from "./Outcome";
import { Picker } from "./Picker";
import type { Unnamed } from "./unnamed";
import { useChecked, usePreviewed } from "./useChecked";
import { usePreviewOf } from "./usePreviewOf";
import { canBePlain, type Mode, storedValue, written } from "./written";

const CodeEditor = lazy(() => import("./CodeEditor"));

export interface ExpressionInputProps {
  label: string;
  value: Value | undefined;
  where: Where;
  /** The type that is wanted; "" for any. */
  type: string;
  isCondition?: boolean;
  lines?: boolean;
  hint?: string | undefined;
  readOnly?: boolean;
  options?: readonly string[];
  runId?: string;
  /** What is said of it below already. */
  told?: readonly string[];
  autoFocus?: boolean;
  /** Results of earlier steps that can be spoken of once they have a name; choosing one names it. */
  unnamed?: readonly Unnamed[];
  change: (value: Value | undefined) => void;
}

/** The one input of the editor: a value as it is, a text with holes, or an expression. */
export function ExpressionInput(props: ExpressionInputProps) {
  const { label, value, where, type, isCondition = false, lines = false, readOnly = false, change } = props;
  const shown = written(value, isCondition ? "yes_no" : type);
  const [mode, setMode] = useState<Mode>(isCondition ? "expression" : shown.mode);
  const [text, setText] = useState(shown.text);
  const { ref: within, focused: hasFocus } = useFocusWithin<HTMLDivElement>();
  const [isPicking, setPicking] = useState(false);
  const editor = useRef<EditorHandle>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** What was typed and is not kept yet. */
  const typing = useRef<(() => void) | null>(null);
  const store = useContext(FileContext)?.store;
  const kept = useRef<Value | undefined>(value);
  const plain = !isCondition && canBePlain(type, props.options);

  useEffect(() => {
    // What comes from outside (undo, a change on disk) is shown; what we wrote ourselves is there already.
    if (same(value, kept.current)) return;
    kept.current = value;
    const next = written(value, type);
    setText(next.text);
    setMode(isCondition ? "expression" : next.mode);
  }, [value, type, isCondition]);

  const keep = useCallback(
    (nextMode: Mode, nextText: string) => {
      clearTimeout(timer.current);
      typing.current = null;
      const next = storedValue({ mode: nextMode, text: nextText }, type);
      if (same(next, kept.current)) return;
      kept.current = next;
      change(next);
    },
    [change, type],
  );
  useEffect(() => store?.onTaking(() => typing.current?.()), [store]);
  const typed = (next: string) => {
    // In an empty input `=` begins an expression: typed, or before one that was copied elsewhere.
    if (text === "" && next.startsWith("=") && (plain || mode === "expression")) {
      const rest = next.slice(1).trim();
      setMode("expression");
      setText(rest);
      if (rest) keep("expression", rest);
      return;
    }
    setText(next);
    clearTimeout(timer.current);
    typing.current = () => keep(mode, next);
    timer.current = setTimeout(typing.current, 250);
  };
  const toggle = () => {
    const next: Mode = mode === "expression" ? "text" : "expression";
    setMode(next);
    // A lone hole is the same as an expression, and the other way round.
    const moved = next === "expression" ? text.replace(/^\{\{\s*(.*?)\s*\}\}$/s, "$1") : text && `{{ ${text} }}`;
    const nextText = type === "text" || next === "expression" ? moved : "";
    setText(nextText);
    keep(next, nextText);
    editor.current?.focus();
  };

  const kind: Kind = mode === "text" ? "template" : isCondition ? "condition" : "expression";
  const isTemplate = mode === "text" && (type === "text" || text.includes("{{"));
  const isChecked = mode === "expression" || isTemplate;
  const checked = useChecked(where, text, kind, type, isChecked);
  const { things, isChoosing, previewOf } = usePreviewOf(where.file, checked, Boolean(props.runId), () =>
    editor.current?.focus(),
  );
  const isPreviewed = isChecked && (hasFocus || isChoosing);
  const previewed = usePreviewed(where, text, kind, props.runId ?? "", things, isPreviewed);
  return (
    <div className={classes.input} ref={within}>
      <div
        className={classes.frame}
        data-mode={mode}
        data-wrong={checked?.problems.some((problem) => problem.severity === "error") || undefined}
        data-read-only={readOnly || undefined}
      >
        <ModeButton label={label} mode={mode} isFixed={!plain} readOnly={readOnly} toggle={toggle} />
        <div className={classes.text}>
          <Suspense fallback={<div className={classes.waiting}>{text}</div>}>
            <CodeEditor
              ref={editor}
              text={text}
              kind={kind}
              where={where}
              wanted={type}
              label={label}
              hint={props.hint}
              lines={lines || mode === "expression"}
              readOnly={readOnly}
              checked={checked}
              autoFocus={props.autoFocus ?? false}
              unnamed={props.unnamed ?? []}
              change={typed}
              leave={() => keep(mode, text)}
            />
          </Suspense>
        </div>
        {!readOnly && (
          <Popover
            opened={isPicking}
            onChange={setPicking}
            position="left-start"
            width={330}
            shadow="lg"
            trapFocus
            returnFocus
          >
            <Popover.Target>
              <ActionIcon
                size={26}
                className={classes.pick}
                title="Insert from a list"
                aria-label={`${label}: insert from a list`}
                onClick={() => setPicking((open) => !open)}
              >
                <IconVariablePlus size={15} stroke={1.7} />
              </ActionIcon>
            </Popover.Target>
            <Popover.Dropdown p={0}>
              {/* Each time from the beginning: what was built before has been inserted. */}
              {isPicking && (
                <Picker
                  where={where}
                  wanted={mode === "text" ? "" : type}
                  unnamed={props.unnamed ?? []}
                  choose={(expression) => {
                    setPicking(false);
                    if (mode === "text" && type !== "text" && !text.trim()) setMode("expression");
                    setTimeout(() => editor.current?.insert(expression));
                  }}
                />
              )}
            </Popover.Dropdown>
          </Popover>
        )}
      </div>
      <Outcome
        told={props.told ?? []}
        isShown={Boolean(props.runId)}
        checked={checked}
        previewed={isPreviewed ? previewed : null}
        showType={isPreviewed && mode === "expression"}
        previewOf={isPreviewed && previewOf}
      />
    </div>
  );
}

const same = (one: Value | undefined, other: Value | undefined): boolean =>
  one === other || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
