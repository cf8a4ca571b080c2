"""Nets of which weights alone are known: order and kinds of the layers follow from the shapes of their tensors."""
