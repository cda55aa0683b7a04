"""A channel that only tests have: what it takes to add one is this folder and a line in a registry."""
