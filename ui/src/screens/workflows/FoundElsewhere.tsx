import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { searchQuery } from "../../api/app";
import type { Found, WorkflowInfo } from "../../api/shapes";
import { Said } from "../../desk/Said";
import { addressInEditor } from "../../shell/addressInEditor";
import classes from "./Rows.module.css";

/** What the server finds in steps, fields and texts, besides the workflows that the list found itself. */
export function FoundElsewhere({ text, known }: { text: string; known: readonly WorkflowInfo[] }) {
  const { data, error, isFetching } = useQuery(searchQuery(text));
  const names = new Set(known.map((one) => one.file));
  const found = (data ?? []).filter((one) => !(names.has(one.file) && one.path.length === 0));
  if (error)
    return (
      <p className={classes.heading}>
        <Said text={error.message} />
      </p>
    );
  if (!found.length) {
    return known.length || isFetching ? null : <p className={classes.heading}>Nothing has “{text.trim()}” in it.</p>;
  }
  return (
    <>
      <p className={classes.heading}>In steps, fields and texts</p>
      {found.slice(0, 60).map((one) => (
        <FoundRow key={`${one.file}:${one.path.join("/")}`} found={one} />
      ))}
    </>
  );
}

function FoundRow({ found }: { found: Found }) {
  const { to, search } = addressInEditor(found.file, found.path);
  return (
    <Link to={to} search={search as never} data-row className={classes.found}>
      {found.label}
      <small>{found.excerpt}</small>
    </Link>
  );
}
