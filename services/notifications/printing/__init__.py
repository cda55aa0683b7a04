"""Letters on paper: what waits to be printed, what was printed, and what became of each letter."""
