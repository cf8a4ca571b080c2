"""Random numbers: what pictures are corrupted with, for training and, repeatable number by number, for the eye."""
