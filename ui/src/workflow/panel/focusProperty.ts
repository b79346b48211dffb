const MOST_TRIES = 20;

/** Brings a property into view and puts the cursor there. */
export function focusProperty(panel: HTMLElement | null, key: string): void {
  let tries = 0;
  const look = () => {
    const fields = [...(panel?.querySelectorAll<HTMLElement>("[data-at]") ?? [])];
    const field = fields
      .filter((one) => key === one.dataset.at || key.startsWith(`${one.dataset.at}/`))
      .sort((a, b) => (b.dataset.at?.length ?? 0) - (a.dataset.at?.length ?? 0))[0];
    const input = field?.querySelector<HTMLElement>(".cm-content, input, textarea");
    field?.scrollIntoView({ block: "center" });
    if (input) input.focus();
    // The editor of expressions comes with the first panel: it may not be there yet.
    else if (tries < MOST_TRIES) {
      tries += 1;
      setTimeout(look, 50);
    } else field?.querySelector<HTMLElement>("button")?.focus();
  };
  requestAnimationFrame(look);
}
