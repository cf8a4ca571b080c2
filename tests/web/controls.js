// Of each control that is seen: where it stands, what it is called, and what it holds. With names of some, changes one
// after another, each when the one before holds something else; gives who changed, and who stayed as they were.
async (before) => {
  let nodes = {};
  const read = () => {
    nodes = {};
    const nameOf = (node) =>
      node.getAttribute("aria-label") ??
      (node.getAttribute("aria-labelledby") &&
        node.getRootNode().getElementById(node.getAttribute("aria-labelledby"))?.textContent) ??
      node.closest("label")?.textContent ??
      (node.title || node.textContent);
    const kinds = {
      radio: 'input[type="radio"]',
      checkbox: 'input[type="checkbox"]',
      range: 'input[type="range"]',
      text: 'input[type="text"], input[type="number"], textarea, input:not([type])',
      select: "select",
      slider: '[role="slider"]:not(input)',
      toggle: "[aria-pressed], [aria-checked]:not(input)",
    };
    const held = {};
    const visit = (root, place) => {
      for (const [kind, selector] of Object.entries(kinds)) {
        for (const node of root.querySelectorAll(selector)) {
          const seen = (node.closest("label") ?? node).checkVisibility({ visibilityProperty: true });
          if (!seen || node.disabled || node.readOnly) continue;
          const group = node.closest('[role="radiogroup"], [data-testid="stButtonGroup"]');
          const isRadio = kind === "radio" || (kind === "toggle" && node.getAttribute("role") === "radio");
          let id = `${place} / ${isRadio ? (group ? nameOf(group) : node.name) : nameOf(node).trim()} (${kind})`;
          const state = {
            radio: node.checked,
            checkbox: node.checked,
            range: node.value,
            text: node.value,
            select: node.value,
            slider: node.getAttribute("aria-valuenow"),
            toggle: node.getAttribute("aria-checked") ?? node.getAttribute("aria-pressed"),
          }[kind];
          if (isRadio) {
            (nodes[id] ??= []).push(node);
            held[id] ??= "";
            if (state === true || state === "true") held[id] = (nameOf(node) || node.value).trim();
            continue;
          }
          while (id in nodes) id += "'";
          nodes[id] = [node];
          held[id] = String(state);
        }
      }
      for (const node of root.querySelectorAll("*")) {
        if (node.shadowRoot)
          visit(node.shadowRoot, node.shadowRoot.querySelector("[data-component]")?.dataset.component);
      }
    };
    visit(document, "streamlit");
    return held;
  };
  if (!before) return read();
  const change = (id) => {
    const all = nodes[id];
    const [node] = all;
    const tell = (...types) => {
      for (const type of types) node.dispatchEvent(new Event(type, { bubbles: true }));
    };
    const isFree = (one) => !one.checked && one.closest("label").checkVisibility();
    if (id.endsWith("(radio)")) all.filter(isFree).at(-1)?.click();
    else if (id.endsWith("(select)")) {
      node.selectedIndex = (node.selectedIndex + node.options.length - 1) % node.options.length;
      tell("change");
    } else if (node.type === "range") {
      const [low, high] = [Number(node.min), Number(node.max)];
      node.value = low + (node.value === String(low + 0.7 * (high - low)) ? 0.3 : 0.7) * (high - low);
      tell("input", "change");
    } else if (node.getAttribute("role") === "slider") {
      node.focus();
      const key = { key: "ArrowRight", bubbles: true, cancelable: true };
      for (const type of ["keydown", "keyup"]) node.dispatchEvent(new KeyboardEvent(type, key));
      node.blur();
    } else if (id.endsWith("(text)") && Number.isFinite(Number(node.value))) {
      node.value = String(Number(node.value) + 1);
      tell("input", "change");
    } else if (id.endsWith("(toggle)")) all.at(-1).click();
    else node.click();
  };
  const stuck = [];
  const changed = [];
  let now = read();
  for (const id of before) {
    if (!(id in now)) continue;
    const was = now[id];
    const until = performance.now() + 10_000;
    // What is still on its way leaves a key or a click alone.
    for (let frame = 0; now[id] === was && performance.now() < until; frame++) {
      if (frame === 0 || (frame % 30 === 0 && /\((slider|radio)\)$/.test(id))) change(id);
      await new Promise(requestAnimationFrame);
      now = read();
    }
    (now[id] === was ? stuck : changed).push(id);
  }
  return [changed, stuck];
};
