/**
 * What is asked for while it is being done is done once more afterwards, however often it was asked for: nothing asked
 * for is missed, and it comes to an end even where it is asked for faster than it can be done.
 */
export function oneAtATime(act: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let isWanted = false;
  const work = async () => {
    try {
      do {
        isWanted = false;
        await act();
      } while (isWanted);
    } finally {
      underWay = undefined;
    }
  };
  return () => {
    isWanted = true;
    underWay ??= work();
    return underWay;
  };
}
