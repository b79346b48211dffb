import { useEdit, useOpenFile } from "../context";
import { isMapping, type Mapping, type Path } from "../value";
import type { InputProps } from "./inputs";
import { OneValue } from "./OneValue";
import classes from "./Rows.module.css";
import { useTaken } from "./useTaken";

/** What a chosen workflow or call is given: an input for each of its parameters. */
export function ArgumentsInput({ prop, path, value, given }: InputProps) {
  return <Arguments of={prop.of} path={path} value={value} given={given} />;
}

interface ArgumentsProps {
  of: string;
  path: Path;
  value: InputProps["value"];
  given: Mapping;
}

export function Arguments({ of, path, value, given }: ArgumentsProps) {
  const taken = useTaken(of, given);
  const edit = useEdit();
  const { readOnly } = useOpenFile();
  const values = isMapping(value) ? value : {};
  if (!taken) return <p className={classes.empty}>Choose {of.split(" ")[0]} first: its parameters come here.</p>;
  const known = new Set(taken.map((one) => one.name));
  const strange = Object.keys(values).filter((name) => !known.has(name));
  if (!taken.length && !strange.length) return <p className={classes.empty}>It has no parameters.</p>;
  return (
    <div className={classes.rows}>
      {taken.map((one) => (
        <OneValue
          key={one.name}
          name={one.name}
          note={one.optional ? `${one.type}, optional` : one.type}
          type={one.type}
          path={[...path, one.name]}
          value={values[one.name]}
          readOnly={readOnly}
        />
      ))}
      {strange.map((name) => (
        <OneValue
          key={name}
          name={name}
          note="not a parameter any more"
          type=""
          path={[...path, name]}
          value={values[name]}
          readOnly={readOnly}
          remove={() => edit([{ op: "remove", path: [...path, name] }])}
        />
      ))}
    </div>
  );
}
