"""Nets from files of other programs: read, understood, and made into a checkpoint."""
