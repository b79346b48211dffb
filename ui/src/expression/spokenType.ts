/** A type as people read it. */
export const spokenType = (type: string): string => type.replace("yes_no", "yes/no").replaceAll("_", " ");
