"""One file for each live component: mounts it and documents its data."""
