import doctest
import importlib
import pkgutil

import pytest

import vae_core

MODULES = [name for _, name, _ in pkgutil.walk_packages(vae_core.__path__, "vae_core.") if name != "vae_core.__main__"]


@pytest.mark.parametrize("name", MODULES)
def test_what_a_docstring_shows_is_what_comes_out(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
