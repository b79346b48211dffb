/** A stream of news that is opened again, whatever ended it. */

const AGAIN_MS = 3000;

interface Hearing {
  opened: () => void;
  lost: () => void;
  /** Called for each new stream: which events are heard. */
  listen: (stream: EventSource) => void;
}

/**
 * Keeps a stream open until what it returns is called. A browser connects again by itself where a connection broke, but
 * gives up for good where it was answered with an error: by a proxy whose server starts again, say.
 */
export function keepStream(url: string, { opened, lost, listen }: Hearing): () => void {
  let stream: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    stream = new EventSource(url);
    stream.onopen = opened;
    stream.onerror = () => {
      lost();
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN_MS);
    };
    listen(stream);
  };
  open();
  return () => {
    clearTimeout(timer);
    stream.close();
  };
}
