/** A stream of news that is opened again, whatever ended it, and let go while nobody sees the page. */

const AGAIN_MS = 3000;

interface Hearing {
  opened: () => void;
  lost: () => void;
  /** Nobody sees the page: what happens meanwhile is not heard. */
  left: () => void;
  /** Called for each new stream: which events are heard. */
  listen: (stream: EventSource) => void;
}

/**
 * Keeps a stream open until what it returns is called. A browser connects again by itself where a connection broke, but
 * gives up for good where it was answered with an error: by a proxy whose server starts again, say. And it has six
 * connections to a server, for all its tabs: if each kept one, the seventh tab could ask nothing.
 */
export function keepStream(url: string, { opened, lost, left, listen }: Hearing): () => void {
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    const made = new EventSource(url);
    stream = made;
    made.onopen = opened;
    made.onerror = () => {
      lost();
      if (made.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN_MS);
    };
    listen(made);
  };
  const end = () => {
    clearTimeout(timer);
    stream?.close();
    stream = undefined;
  };
  const look = () => {
    if (!document.hidden) {
      if (!stream) open();
    } else if (stream) {
      end();
      left();
    }
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    end();
  };
}
