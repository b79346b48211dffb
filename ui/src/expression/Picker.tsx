import { Button, TextInput } from "@mantine/core";
import { IconChevronLeft, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useState } from "react";
import type { Item } from "../api/shapes";
import { complete, type Where } from "./ask";
import { kindLook } from "./kinds";
import classes from "./Picker.module.css";
import { spokenType } from "./spokenType";

interface PickerProps {
  where: Where;
  wanted: string;
  choose: (expression: string) => void;
}

/** Builds an expression by pointing: a source, then a field or an operator of it, and so on. */
export function Picker({ where, wanted, choose }: PickerProps) {
  const [chain, setChain] = useState<string[]>([]);
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const id = useId();
  const base = chain.join("");
  const asked = base && !/[\s(,[]$/.test(base) ? `${base}.` : base;
  const { data, error } = useQuery({
    queryKey: ["app", "pick", where.file, where.path.join("/"), asked],
    queryFn: ({ signal }) => complete(where, asked, asked.length, "expression", wanted, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const items = (data?.items ?? [])
    .filter((item) => words.every((word) => `${item.label} ${item.doc}`.toLowerCase().includes(word)))
    .sort((a, b) => kindLook(a.kind).rank - kindLook(b.kind).rank);
  const take = (item: Item | undefined) => {
    if (!item || !data) return;
    const next = asked.slice(0, data.from) + item.insert;
    setText("");
    setActive(0);
    if (isOpenEnded(next)) choose(next);
    else setChain([...chain, next.slice(base.length)]);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive((n) => Math.min(items.length - 1, n + 1));
    else if (event.key === "ArrowUp") setActive((n) => Math.max(0, n - 1));
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || (!text && !active && base))) choose(base);
    else if (event.key === "Enter" || event.key === "ArrowRight") take(items[active]);
    else if (event.key === "Backspace" && !text && chain.length) setChain(chain.slice(0, -1));
    else return;
    event.preventDefault();
  };
  const shown = items[active];
  return (
    <div role="dialog" aria-label="Insert">
      {base && (
        <div className={classes.built}>
          <button type="button" aria-label="Back" onClick={() => setChain(chain.slice(0, -1))}>
            <IconChevronLeft size={15} />
          </button>
          <code>{base}</code>
          <Button size="compact-xs" onClick={() => choose(base)}>
            Insert
          </Button>
        </div>
      )}
      <TextInput
        data-autofocus
        variant="unstyled"
        className={classes.search}
        leftSection={<IconSearch size={14} />}
        placeholder={base ? `What of ${base}?` : "What should stand here?"}
        aria-label="Search"
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={`${id}-${active}`}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={keys}
      />
      <div id={id} role="listbox" aria-label="What may stand here" className={classes.list}>
        {items.map((item, index) => (
          <div key={`${item.kind}:${item.label}`}>
            {item.kind !== items[index - 1]?.kind && <div className={classes.group}>{kindLook(item.kind).label}</div>}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the search, see aria-activedescendant */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are met in the search */}
            <div
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className={classes.option}
              data-fits={item.fits || undefined}
              ref={(element) => {
                if (index === active) element?.scrollIntoView({ block: "nearest" });
              }}
              onMouseMove={() => setActive(index)}
              onClick={() => take(item)}
            >
              <code>{item.label}</code>
              <span>{spokenType(item.type)}</span>
            </div>
          </div>
        ))}
        {!items.length && (
          <p className={classes.none}>{error?.message ?? (base ? "Nothing can follow." : "Nothing fits.")}</p>
        )}
      </div>
      {shown?.doc && <p className={classes.doc}>{shown.doc.split("\n\n", 1)[0]}</p>}
    </div>
  );
}

/** Whether a text still needs something that only the maker can write: what stands in its brackets. */
const isOpenEnded = (text: string): boolean => /\($/.test(text) || /\(\s*[,)]?$/.test(text);
