"""Files of a checkpoint: which are ours, what is in them, all of them replaced as one, and as a zip."""
