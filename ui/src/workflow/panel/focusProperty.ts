const MOST_TRIES = 20;

/** Brings a property into view and puts the cursor there; not any more once whoever waits for it does something else. */
export function focusProperty(panel: HTMLElement | null, key: string): void {
  let tries = 0;
  const done = new AbortController();
  for (const kind of ["pointerdown", "keydown"] as const)
    window.addEventListener(kind, () => done.abort(), { capture: true, signal: done.signal });
  const look = () => {
    if (done.signal.aborted) return;
    const fields = [...(panel?.querySelectorAll<HTMLElement>("[data-at]") ?? [])];
    const field = fields
      .filter((one) => key === one.dataset.at || key.startsWith(`${one.dataset.at}/`))
      .sort((a, b) => (b.dataset.at?.length ?? 0) - (a.dataset.at?.length ?? 0))[0];
    const input = field?.querySelector<HTMLElement>(".cm-content, input, textarea");
    field?.scrollIntoView({ block: "center" });
    // The editor of expressions comes with the first panel: it may not be there yet.
    if (!input && tries < MOST_TRIES) {
      tries += 1;
      setTimeout(look, 50);
      return;
    }
    (input ?? field?.querySelector<HTMLElement>("button"))?.focus();
    done.abort();
  };
  requestAnimationFrame(look);
}
