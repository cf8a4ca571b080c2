"""Nets in ONNX. The package of that name is `onnx`; this one is always called `vae_core.imports.onnx`."""

from vae_core.imports.onnx.reader import read

__all__ = ["read"]
