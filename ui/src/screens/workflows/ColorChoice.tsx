import classes from "./ColorChoice.module.css";

const COLORS = ["gray", "blue", "red", "green", "orange", "purple", "cyan", "brown"];

/** The colours that a workflow may have; choosing the one it has takes it away. */
export function ColorChoice({ value, choose }: { value: string; choose: (color: string) => void }) {
  return (
    <fieldset className={classes.colors} aria-label="Colour">
      {COLORS.map((color) => (
        <button
          key={color}
          type="button"
          className={classes.color}
          data-color={color}
          aria-label={color}
          aria-pressed={value === color}
          onClick={() => choose(value === color ? "" : color)}
        />
      ))}
    </fieldset>
  );
}
