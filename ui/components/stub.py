"""The JavaScript that Streamlit gets of a live component: it only fetches the real module."""

from __future__ import annotations


def stub(module: str) -> str:
    """A default export that hands everything to the default export of `assets/<module>`, or
    says that it did not arrive.

    Streamlit runs it from a blob address, where a relative import would lead nowhere: hence the address of the page.
    A browser may remember that a module failed, its imports too: to try again is to reload, and the link
    restores the rest.

    Args:
        module: a file of ui/web.
    """
    return f"""
    export default function (component) {{
      let unmount = null;
      const explain = () => {{
        const parent = component.parentElement;
        if (parent.querySelector("[data-problem]")) return;
        const problem = document.createElement("p");
        problem.dataset.problem = "module";
        problem.setAttribute("role", "alert");
        problem.textContent = "This part of the page did not arrive. ";
        const again = document.createElement("button");
        again.type = "button";
        again.textContent = "Try again";
        again.onclick = () => window.location.reload();
        problem.append(again);
        parent.append(problem);
      }};
      import(new URL("assets/{module}", document.baseURI)).then((loaded) => {{
        // The visitor may have gone on to another page while it was on its way.
        if (component.parentElement.isConnected) unmount = loaded.default(component);
      }}, explain);
      return () => unmount?.();
    }}
    """
