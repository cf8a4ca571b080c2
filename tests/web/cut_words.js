// Elements with words of their own that something cuts: themselves, or what they stand in, up to what scrolls.
() => {
  const parentOf = (node) => node.parentElement ?? node.getRootNode().host ?? null;
  const chain = function* (node) {
    for (let up = node; up instanceof Element; up = parentOf(up)) yield up;
  };
  const isCut = (node) => {
    if (node instanceof HTMLInputElement) return node.scrollWidth > node.clientWidth + 1;
    const range = document.createRange();
    range.selectNodeContents(node);
    const words = range.getBoundingClientRect();
    for (const up of chain(node)) {
      const { overflowX, overflowY, position } = getComputedStyle(up);
      const box = up.getBoundingClientRect();
      // Words for screen readers alone.
      if (position === "absolute" && box.width <= 1.5) return false;
      const [hidesX, hidesY] = [overflowX, overflowY].map((value) => /hidden|clip/.test(value));
      if (hidesX && (words.right > box.right + 1.5 || words.left < box.left - 1.5)) return true;
      if (hidesY && (words.bottom > box.bottom + 3 || words.top < box.top - 3)) return true;
      if (/auto|scroll/.test(overflowX + overflowY)) return false;
    }
    return words.right > innerWidth + 1;
  };
  const found = [];
  const visit = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) visit(node.shadowRoot);
      // A large sign of a formula is higher than its line, and not cut.
      if (node.closest(".katex")) continue;
      const isInput = node instanceof HTMLInputElement && ["text", "number"].includes(node.type);
      const texts = [...node.childNodes].filter(({ nodeType }) => nodeType === 3);
      const own = isInput ? node.value : texts.some(({ data }) => data.trim());
      const { width, height } = node.getBoundingClientRect();
      if (!own || width < 3 || height < 3 || !node.checkVisibility({ visibilityProperty: true })) continue;
      if (!isCut(node)) continue;
      node.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, composed: true }));
      if (![...chain(node)].some((up) => up.getAttribute("title"))) found.push((node.value ?? node.textContent).trim());
    }
  };
  visit(document.body);
  const main = document.querySelector("[data-testid=stMain]");
  return { found, sideways: main.scrollWidth - main.clientWidth };
};
