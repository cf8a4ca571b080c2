"""An import in steps, each a process that works in the import's folder: files are tried, and one candidate is kept."""
