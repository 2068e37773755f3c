// Sets the appearance before the first paint. Without it the page is light, or dark for whoever chose dark.
(() => {
  const root = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const wanted = root.dataset.theme || "auto";
    root.dataset.bsTheme = wanted === "auto" ? (device.matches ? "dark" : "light") : wanted;
  };
  apply();
  device.addEventListener("change", apply);
})();
