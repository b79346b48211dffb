import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useCatalogue } from "../../api/app";
import type { Action } from "../../api/shapes";
import { Said } from "../../desk/Said";
import type { Mapping, Spot } from "../value";
import classes from "./ActionPicker.module.css";
import { foundActions } from "./foundActions";
import { groupLook } from "./looks";
import { useStepActions } from "./useStepActions";

/** The add-action menu: all actions by group, with a search; arrows and Enter choose. */
export function ActionPicker({ spot, close }: { spot: Spot; close: () => void }) {
  const { actions } = useCatalogue();
  const act = useStepActions();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const groups = useMemo(() => foundActions(actions, text), [actions, text]);
  const flat = groups.flatMap(({ actions: all }) => all);
  useEffect(() => {
    list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const choose = (action: Action | undefined) => {
    if (!action) return;
    close();
    act.add(spot, newStep(action));
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive((n) => Math.min(flat.length - 1, n + 1));
    else if (event.key === "ArrowUp") setActive((n) => Math.max(0, n - 1));
    else if (event.key === "Enter") choose(flat[active]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  let index = -1;
  return (
    <div role="dialog" aria-label="Add a step">
      <TextInput
        data-autofocus
        className={classes.search}
        variant="unstyled"
        size="sm"
        leftSection={<IconSearch size={15} />}
        placeholder="What should happen?"
        aria-label="Search actions"
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
      <div ref={list} id={id} role="listbox" aria-label="Actions" className={classes.list}>
        {groups.map(({ group, actions: all }) => {
          const look = groupLook(group);
          const Icon = look.icon;
          return (
            // biome-ignore lint/a11y/useSemanticElements: groups of options in a listbox
            <div key={group} role="group" aria-label={look.label}>
              <div className={classes.group}>{look.label}</div>
              {all.map((action) => {
                index += 1;
                const here = index;
                return (
                  // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the search, see aria-activedescendant
                  // biome-ignore lint/a11y/useKeyWithClickEvents: keys are met in the search
                  <div
                    key={action.do}
                    id={`${id}-${here}`}
                    data-index={here}
                    role="option"
                    aria-selected={here === active}
                    className={classes.option}
                    onMouseMove={() => setActive(here)}
                    onClick={() => choose(action)}
                  >
                    <span className={classes.icon} style={{ "--group": look.color } as React.CSSProperties}>
                      <Icon size={15} stroke={1.7} />
                    </span>
                    <span>
                      <span className={classes.label}>{action.label}</span>
                      {here === active && (
                        <small className={classes.doc}>
                          <Said text={firstSentence(action.doc)} />
                        </small>
                      )}
                    </span>
                  </div>
                );
              })}
            </div>
          );
        })}
        {!flat.length && <p className={classes.none}>No action is called so. Try a shorter word.</p>}
      </div>
    </div>
  );
}

function newStep(action: Action): Mapping {
  const step: Mapping = { do: action.do };
  if (action.holds.includes("steps")) step.steps = [];
  return step;
}

/** The doc begins with the sentence that the label says; what follows tells more. */
function firstSentence(doc: string): string {
  const [first = "", second = ""] = doc.split(/\n\n/);
  return (second || first).replaceAll("\n", " ").split(/(?<=[.:])\s/)[0] ?? "";
}
