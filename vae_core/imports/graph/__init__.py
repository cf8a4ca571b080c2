"""What a file's graph of layers gives: signals, sums of them, and the net that they are."""
