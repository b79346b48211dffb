/** The expression for a key of what another expression gives. */
export function memberOf(expression: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${expression}.${key}` : `${expression}[${JSON.stringify(key)}]`;
}
