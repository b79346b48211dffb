import { ActionIcon, Menu, TextInput } from "@mantine/core";
import { IconCheck, IconDotsVertical, IconTrash } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Said } from "../../desk/Said";
import { useEdit, useIssuesWithin, useOpenFile } from "../context";
import { isMapping, type Mapping, type Path, pathKey, type Value } from "../value";
import classes from "./ParameterRow.module.css";
import type { ParameterKey } from "./Parameters";
import { TypePicker } from "./TypePicker";
import { useSelectedWhen } from "./useSelectedWhen";

interface ParameterRowProps {
  name: string;
  others: readonly string[];
  value: Value;
  path: Path;
  keys: readonly ParameterKey[];
  what: string;
  /** Whether it was just added: its name is to be written now. */
  isNew: boolean;
}

const LABELS: Record<ParameterKey, string> = {
  optional: "May be left out",
  secret: "Secret: no record shows it",
  query: "In the query string",
};

/** One parameter: its name, its type, and in a menu what else is known of it. */
export function ParameterRow({ name, others, value, path, keys, what, isNew }: ParameterRowProps) {
  const field = useSelectedWhen(isNew);
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const issues = useIssuesWithin(path);
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);
  const now: Mapping = isMapping(value) ? value : { type: value };
  const write = (next: Mapping) => {
    const kept = Object.fromEntries(Object.entries(next).filter(([, one]) => one !== false));
    // The short form, where the type is all there is to say.
    edit([{ op: "set", path, value: Object.keys(kept).length === 1 ? (kept.type ?? "text") : kept }]);
  };
  const rename = () => {
    const wanted = text.trim().replaceAll(" ", "_");
    if (wanted && wanted !== name && !others.includes(wanted)) edit([{ op: "rename", path, name: wanted }]);
    else setText(name);
  };
  const isSet = (key: ParameterKey): boolean => (key === "query" ? now.in === "query" : now[key] === true);
  const toggle = (key: ParameterKey) => {
    if (key !== "query") return write({ ...now, [key]: !isSet(key) });
    const { in: _in, ...rest } = now;
    write(isSet("query") ? rest : { ...rest, in: "query" });
  };
  const tags = keys.filter(isSet).map((key) => (key === "query" ? "query" : key));
  return (
    <div data-at={pathKey(path)}>
      <div className={classes.row}>
        <TextInput
          className={classes.name}
          ref={field}
          aria-label={`Name of the ${what}`}
          value={text}
          readOnly={readOnly}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={rename}
          onKeyDown={(event) => event.key === "Enter" && rename()}
          rightSectionWidth={tags.length ? 62 : 0}
          rightSection={tags.length ? <span className={classes.tag}>{tags.join(", ")}</span> : null}
        />
        <div className={classes.type}>
          <TypePicker
            label={`Type of ${name}`}
            value={String(now.type ?? "")}
            readOnly={readOnly}
            change={(type) => write({ ...now, type })}
          />
        </div>
        {!readOnly && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon size="sm" aria-label={`More about ${name}`}>
                <IconDotsVertical size={14} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {keys.map((key) => (
                <Menu.Item
                  key={key}
                  leftSection={<IconCheck size={14} style={{ opacity: isSet(key) ? 1 : 0 }} />}
                  role="menuitemcheckbox"
                  aria-checked={isSet(key)}
                  onClick={() => toggle(key)}
                >
                  {LABELS[key]}
                </Menu.Item>
              ))}
              <Menu.Divider />
              <Menu.Item
                leftSection={<IconTrash size={14} />}
                onClick={() => edit([{ op: "remove", path: others.length > 1 ? path : path.slice(0, -1) }])}
              >
                Remove
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {issues.map((issue) => (
        <p key={issue.message} className={classes.issue}>
          <Said text={issue.message} />
        </p>
      ))}
    </div>
  );
}
