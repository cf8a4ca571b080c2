"""Nets that Keras saved."""

from vae_core.imports.keras.reader import read

__all__ = ["read"]
