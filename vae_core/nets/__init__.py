"""What a net is made of: layers as data, and as modules of PyTorch."""
