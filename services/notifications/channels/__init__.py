"""How a letter reaches somebody: a channel is a folder here and a line in `registry.py` (see `channel.py`)."""
