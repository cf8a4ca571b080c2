"""What stands in files of PyTorch beside plain weights of one net: objects, copies, other nets, weights in factors."""
