// Runs before the first paint, so that a remembered theme or language never flashes in the other one.
(() => {
  const remembered = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = remembered("susu.theme") ?? (dark ? "dark" : "light");
  const chinese = (navigator.languages ?? [navigator.language]).find((tag) => /^(zh|en)/i.test(tag))?.startsWith("zh");
  document.documentElement.lang = remembered("susu.language") ?? (chinese ? "zh" : "en");
})();
