import { Button, TextInput } from "@mantine/core";
import { IconChevronLeft, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useState } from "react";
import type { Item } from "../api/shapes";
import { Said } from "../desk/Said";
import { complete, type Where } from "./ask";
import { kindLook } from "./kinds";
import classes from "./Picker.module.css";
import { spokenType } from "./spokenType";
import { foundUnnamed, type Unnamed } from "./unnamed";

interface PickerProps {
  where: Where;
  wanted: string;
  unnamed: readonly Unnamed[];
  choose: (expression: string) => void;
}

/** A line of the list: what is built so far, what the server offers, or a result that gets its name when it is taken. */
type Line = Pick<Item, "label" | "kind" | "type" | "doc" | "fits"> & { take: () => void };

/** Builds an expression by pointing: a source, then a field or an operator of it, and so on. */
export function Picker({ where, wanted, unnamed, choose }: PickerProps) {
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
  const add = (next: string) => {
    setText("");
    setActive(0);
    if (isOpenEnded(next)) choose(next);
    else setChain([...chain, next.slice(base.length)]);
  };
  const offered: Line[] = (data?.items ?? [])
    .filter((item) => words.every((word) => `${item.label} ${item.doc}`.toLowerCase().includes(word)))
    .map((item) => ({ ...item, take: () => data && add(asked.slice(0, data.from) + item.insert) }));
  const nameable: Line[] = (base ? [] : foundUnnamed(unnamed, text)).map((one) => ({
    ...one,
    kind: "step",
    fits: true,
    doc: `${one.doc}. It has no name yet: choosing it calls it \`${one.name}\`.`,
    take: () => void one.take().then(() => add(one.name)),
  }));
  const sorted = [...offered, ...nameable].sort((a, b) => kindLook(a.kind).rank - kindLook(b.kind).rank);
  // Enter upon Enter takes what is there; only who goes on in the list adds to it.
  const done: Line = { label: `Insert ${base}`, kind: "done", type: "", doc: "", fits: true, take: () => choose(base) };
  const items = base && !words.length ? [done, ...sorted] : sorted;
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive((n) => Math.min(items.length - 1, n + 1));
    else if (event.key === "ArrowUp") setActive((n) => Math.max(0, n - 1));
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) base ? choose(base) : items[active]?.take();
    else if (event.key === "Enter") items[active]?.take();
    else if (event.key === "ArrowRight" && items[active] !== done) items[active]?.take();
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
            {item !== done && item.kind !== items[index - 1]?.kind && (
              <div className={classes.group}>{kindLook(item.kind).label}</div>
            )}
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
              onMouseMove={(event) => {
                // A list that comes to lie under a mouse at rest was not pointed at.
                if (event.movementX || event.movementY) setActive(index);
              }}
              onClick={item.take}
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
      {shown?.doc && (
        <p className={classes.doc}>
          <Said text={shown.doc.split("\n\n", 1)[0] ?? ""} />
        </p>
      )}
    </div>
  );
}

/** Whether a text still needs something that only the maker can write: what stands in its brackets. */
const isOpenEnded = (text: string): boolean => /\($/.test(text) || /\(\s*[,)]?$/.test(text);
