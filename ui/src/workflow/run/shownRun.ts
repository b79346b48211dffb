/** The run whose trace lies over the chain. */
export function useShownRun(): { id: string } | null {
  return null;
}
