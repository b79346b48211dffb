// Sets light or dark before the first paint. A file of its own because the page allows no script within it.
(() => {
  let wanted = "auto";
  try {
    wanted = localStorage.getItem("offpage-scheme") ?? "auto";
  } catch {
    // A browser that keeps nothing follows the system's setting.
  }
  const dark = wanted === "dark" || (wanted === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
