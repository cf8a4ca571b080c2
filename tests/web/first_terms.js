// Where each term of ui/web/kit/terms.json first stands on the page, in reading order and through shadow roots: not in what
// has a tooltip of its own (buttons, lists to choose from), nor in formulas, code, names of models and the navigation.
// Returns {key: the text around it} for those that stand without their gloss.
async (patterns) => {
  const SKIPPED =
    "button, summary, label, select, option, input, textarea, code, .katex, svg, style, script, nav, " +
    "dialog, a:not([href^='#term-']), [data-testid=stToast], [data-testid=stDataFrame], [data-baseweb], " +
    "[role=tooltip], [title], output, .heard, .name";
  const open = new Map(Object.entries(patterns).map(([key, pattern]) => [key, new RegExp(pattern)]));
  const bare = {};
  const look = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      for (const [key, pattern] of open) {
        if (!pattern.test(node.data)) continue;
        open.delete(key);
        if (node.parentElement?.closest(`a[href="#term-${key}"]`)) continue;
        bare[key] = `${node.parentElement?.tagName} ${node.parentElement?.className}: ${node.data.trim().slice(0, 90)}`;
      }
      return;
    }
    if (!(node instanceof Element) || node.matches(SKIPPED) || node.hidden) return;
    for (const child of (node.shadowRoot ?? node).childNodes) look(child);
  };
  look(document.querySelector("[data-testid=stMain]"));
  return bare;
};
