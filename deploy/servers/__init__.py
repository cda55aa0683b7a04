"""The servers that `make run` and the tests bring along: how each is found, prepared, configured and awaited."""
