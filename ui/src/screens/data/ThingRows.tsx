import { ActionIcon, Checkbox, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { Nothing } from "../../desk/Nothing";
import { many } from "../../desk/times";
import { Waiting } from "../../shell/Waiting";
import { Cell } from "./Cell";
import classes from "./Table.module.css";
import type { Column, Labels, Row, View } from "./table";

interface ThingRowsProps {
  type: string;
  columns: Column[];
  labels: Labels;
  total: number;
  isPending: boolean;
  rowAt: (index: number) => Row | undefined;
  view: View;
  change: (changed: Partial<View>) => void;
  see: (first: number, last: number) => void;
  selected: ReadonlySet<string>;
  select: (ids: ReadonlySet<string>) => void;
  mayEdit: boolean;
  told: string;
  /** A row is chosen, to hear what the privacy rules say of it. */
  tell: ((id: string) => void) | undefined;
  remove: (id: string) => void;
}

const HIDDEN_AT_FIRST = new Set(["modified_date", "slug", "created_by"]);

/** The rows of a table; those that are seen are there, however many there are. */
export function ThingRows(props: ThingRowsProps) {
  const { columns, labels, total, rowAt, view, change, see, selected, select, tell } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => {
    const own = columns.filter((one) => !one.builtin || one.id === "email");
    return [...own, ...columns.filter((one) => one.builtin && one.id !== "email" && !HIDDEN_AT_FIRST.has(one.id))];
  }, [columns]);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => 34,
    overscan: 10,
    paddingStart: 34,
  });
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    see(first, last);
  }, [first, last, see]);
  const template = `34px ${shown.map((one) => width(one)).join(" ")} 36px`;
  const visible = items.map((item) => rowAt(item.index)?.id).filter((id): id is string => Boolean(id));
  const allSelected = visible.length > 0 && visible.every((id) => selected.has(id));
  const toggle = (ids: string[], on: boolean) => {
    const next = new Set(selected);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    select(next);
  };
  if (props.isPending && !total) return <Waiting />;
  if (!total) {
    const isNarrowed = view.q || view.conditions.length || view.only_found;
    return (
      <Nothing title={isNarrowed ? "No thing fits" : "There are no things of this type yet"}>
        {isNarrowed ? "Take a filter away to see more." : "Make one with New, import a file, or run a workflow."}
      </Nothing>
    );
  }
  return (
    <div ref={scroller} className={classes.scroll} style={{ "--columns": template } as never}>
      <table className={classes.table} aria-rowcount={total} style={{ height: rows.getTotalSize() }}>
        <caption className={classes.caption}>{many(total, "thing")}</caption>
        <thead>
          <tr className={classes.head}>
            <th scope="col" aria-label="Select">
              <Checkbox
                aria-label="Select the rows that are seen"
                checked={allSelected}
                onChange={(event) => toggle(visible, event.currentTarget.checked)}
              />
            </th>
            {shown.map((one) => (
              <th
                key={one.id}
                scope="col"
                aria-sort={view.sort === one.id ? (view.descending ? "descending" : "ascending") : "none"}
              >
                {one.sortable ? (
                  <button
                    type="button"
                    onClick={() =>
                      change({ sort: one.id, descending: view.sort === one.id ? !view.descending : false })
                    }
                  >
                    {one.label || one.id}
                    {view.sort === one.id &&
                      (view.descending ? <IconArrowDown size={12} /> : <IconArrowUp size={12} />)}
                  </button>
                ) : (
                  one.label || one.id
                )}
              </th>
            ))}
            <th scope="col">
              <VisuallyHidden>Delete</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const row = rowAt(item.index);
            return (
              <tr
                key={item.key}
                aria-rowindex={item.index + 1}
                className={classes.row}
                data-selected={(row && selected.has(row.id)) || undefined}
                data-told={(row && props.told === row.id) || undefined}
                data-unfound={row?.found === false || undefined}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => row && tell?.(row.id)}
              >
                <td>
                  {row && (
                    <Checkbox
                      aria-label="Select this row"
                      checked={selected.has(row.id)}
                      onClick={(event) => event.stopPropagation()}
                      onChange={(event) => toggle([row.id], event.currentTarget.checked)}
                    />
                  )}
                </td>
                {shown.map((column) => (
                  <td key={column.id}>
                    {row ? (
                      <Cell
                        type={props.type}
                        row={row}
                        column={column}
                        labels={labels}
                        mayEdit={props.mayEdit && column.writable}
                      />
                    ) : (
                      <span className={classes.ghost} />
                    )}
                  </td>
                ))}
                <td>
                  {row && props.mayEdit && (
                    <ActionIcon
                      size="sm"
                      className={classes.remove}
                      aria-label="Delete this thing"
                      onClick={() => {
                        if (window.confirm("Delete this thing and every reference to it?")) props.remove(row.id);
                      }}
                    >
                      <IconTrash size={14} />
                    </ActionIcon>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function width(column: Column): string {
  if (column.type === "yes_no") return "80px";
  if (column.type === "number") return "110px";
  if (column.type === "date") return "150px";
  return column.id === "id" ? "230px" : "minmax(140px, 1fr)";
}
