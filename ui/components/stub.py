"""The JavaScript that Streamlit gets of a live component: it only fetches the real module."""

from __future__ import annotations

# What comes sooner needs no word.
QUIET_MS = 500


def stub(module: str, is_waited_for: bool = True) -> str:
    """A default export that hands everything to the default export of a module of ui/web, or says that it did not
    arrive.

    Streamlit runs it from a blob address, where a relative import would lead nowhere: hence the address of the page.
    A browser may remember that a module failed, its imports too: to try again is to reload, and the link
    restores the rest.

    What is slow to arrive says so after `QUIET_MS`, in the place it is to fill.

    Args:
        module: a file of ui/web, see ui/http/modules.py.
        is_waited_for: whether a visitor is told that it is slow, or did not arrive.
    """
    return f"""
    export default function (component) {{
      const isWaitedFor = {str(is_waited_for).lower()};
      let unmount = null;
      const loading = document.createElement("p");
      loading.dataset.loading = "module";
      loading.setAttribute("role", "status");
      loading.style.cssText = "margin: 0.75rem 0; opacity: 0.65; font-size: 0.875rem;";
      loading.textContent = "loading …";
      const timer = setTimeout(() => {{
        const isEmpty = !component.parentElement.querySelector("[data-component], [data-loading]");
        if (isWaitedFor && isEmpty) component.parentElement.append(loading);
      }}, {QUIET_MS});
      const arrive = () => {{
        clearTimeout(timer);
        loading.remove();
      }};
      const explain = () => {{
        const parent = component.parentElement;
        if (!isWaitedFor || parent.querySelector("[data-problem]")) return;
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
      const arriving = import(new URL("assets/web.js", document.baseURI)).then(({{ load }}) => load("{module}"));
      arriving.then(arrive, arrive);
      arriving.then((loaded) => {{
        // The visitor may have gone on to another page while it was on its way.
        if (component.parentElement.isConnected) unmount = loaded.default(component);
      }}, explain);
      return () => {{
        arrive();
        unmount?.();
      }};
    }}
    """
