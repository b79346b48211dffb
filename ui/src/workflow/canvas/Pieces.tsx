import classes from "./Pieces.module.css";
import type { Piece } from "./summary";

/** Words, with expressions set apart. */
export function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  return pieces.map((piece, index) =>
    piece.isExpression ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name
      <code key={index} className={classes.expression}>
        {piece.text}
      </code>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name
      <span key={index}>{piece.text}</span>
    ),
  );
}
