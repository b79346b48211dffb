/** Brings a property into view and puts the cursor there. */
export function focusProperty(panel: HTMLElement | null, key: string): void {
  let tries = 0;
  const look = () => {
    const fields = [...(panel?.querySelectorAll<HTMLElement>("[data-at]") ?? [])];
    const field = fields
      .filter((one) => key === one.dataset.at || key.startsWith(`${one.dataset.at}/`))
      .sort((a, b) => (b.dataset.at?.length ?? 0) - (a.dataset.at?.length ?? 0))[0];
    const input = field?.querySelector<HTMLElement>(".cm-content, input, textarea, select, button[aria-haspopup]");
    field?.scrollIntoView({ block: "center" });
    if (input) input.focus();
    else if (tries < 20) {
      tries += 1;
      setTimeout(look, 50);
    }
  };
  requestAnimationFrame(look);
}
