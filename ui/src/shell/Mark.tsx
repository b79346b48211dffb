/** The product's mark. */
export function Mark({ size }: { size: number }) {
  return <img src="/editor/mark.svg" width={size} height={size} alt="" />;
}
